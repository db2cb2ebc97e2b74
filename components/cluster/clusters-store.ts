import { useSyncExternalStore } from 'react';
import type { ApiReply } from '#lib/client/api.ts';
import { AskedStore, type Asking } from '#lib/client/asked-store.ts';
import { type Fault, isFault } from '#lib/core/fault.ts';
import type { ClusterId } from '#lib/core/ids.ts';
import type { ClusterTemplateView } from '#lib/protocol/http/cluster-templates.ts';
import type { ClusterView } from '#lib/protocol/http/clusters.ts';

export type ClustersState = {
  /** By name; null until the first answer. */
  readonly clusters: readonly ClusterView[] | null;
  readonly templates: readonly ClusterTemplateView[];
  /** What this server can attach and launch, and where. */
  readonly offer: Pick<ApiReply<'listClusters'>, 'kinds' | 'machine'> | null;
  /** Why the last question was not answered; what was known before stays. */
  readonly fault: Fault | null;
};

const byLabel = (clusters: readonly ClusterView[]) => clusters.toSorted((a, b) => a.label.localeCompare(b.label));

export const clustersAsking: Asking<ClustersState> = {
  nothing: { clusters: null, templates: [], offer: null, fault: null },
  news: 'clusters.changed',
  // Figures change without a word of the server's.
  pause: 3_000,
  ask: async (call) => {
    const [answer, templates] = await Promise.all([call('listClusters'), call('listClusterTemplates')]);
    return (before) => ({
      ...(isFault(answer)
        ? { clusters: before.clusters, offer: before.offer, fault: answer }
        : {
            clusters: byLabel(answer.clusters),
            offer: { kinds: answer.kinds, machine: answer.machine },
            fault: null,
          }),
      templates: isFault(templates) ? before.templates : templates.templates,
    });
  },
};

/** The clusters and their templates. */
export const clusters = new AskedStore(clustersAsking);

/** An answer about one cluster. */
export function takeCluster(cluster: ClusterView): void {
  clusters.take((before) => ({
    ...before,
    clusters: byLabel([...(before.clusters ?? []).filter(({ id }) => id !== cluster.id), cluster]),
  }));
}

const nobody = () => () => undefined;

/** All that is known of clusters; the server is asked only while one who looks is `looking`. */
export function useClusters(looking = true): ClustersState {
  return useSyncExternalStore(looking ? clusters.subscribe : nobody, clusters.getSnapshot, clusters.getInitial);
}

/** The same without the figures of this moment. */
export function useFollowedClusters(following = true): ClustersState {
  return useSyncExternalStore(following ? clusters.follow : nobody, clusters.getSnapshot, clusters.getInitial);
}

/** One cluster; null while it is not known. `id` null: nobody asks the server. */
export function useCluster(id: ClusterId | null): ClusterView | null {
  const { clusters: known } = useFollowedClusters(id !== null);
  return known?.find((cluster) => cluster.id === id) ?? null;
}
