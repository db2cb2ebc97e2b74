import { useSyncExternalStore } from 'react';
import { callApi } from '#lib/client/api.ts';
import type { ApiReply } from '#lib/client/api.ts';
import { connection } from '#lib/client/connection.ts';
import type { Connection } from '#lib/client/connection-port.ts';
import { every, type EveryEffects, everyEffects } from '#lib/client/every.ts';
import { type Fault, isFault } from '#lib/core/fault.ts';
import type { ClusterId } from '#lib/core/ids.ts';
import type { ClusterTemplateView } from '#lib/protocol/http/cluster-templates.ts';
import type { ClusterView } from '#lib/protocol/http/clusters.ts';

export type ClustersState = {
  /** null until the first answer. */
  readonly clusters: readonly ClusterView[] | null;
  readonly templates: readonly ClusterTemplateView[];
  /** What this server can attach and launch, and where. */
  readonly offer: Pick<ApiReply<'listClusters'>, 'kinds' | 'machine'> | null;
  /** Why the last question was not answered; what was known before stays. */
  readonly fault: Fault | null;
};

/** What the store asks of the server. */
export type ClustersEffects = { readonly call: typeof callApi; readonly line: () => Connection } & EveryEffects;

/** Figures change without a word of the server's: asked anew after this pause, ms. */
const pause = 3_000;
const nothing: ClustersState = { clusters: null, templates: [], offer: null, fault: null };

/** The clusters and their templates. Asked for while somebody looks: at first, when the server says so, and now and then. */
export class ClustersStore {
  readonly #effects: ClustersEffects;
  readonly #listeners = new Set<() => void>();
  #state = nothing;
  #stops: (() => void)[] = [];
  #asked = 0;
  #lookers = 0;

  constructor(effects: ClustersEffects = { call: callApi, line: connection, ...everyEffects }) {
    this.#effects = effects;
  }

  readonly getSnapshot = (): ClustersState => this.#state;
  readonly getInitial = (): ClustersState => nothing;

  /** For who looks at figures: these are asked for now and then as well. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#lookers += 1;
    const leave = this.follow(listener);
    return () => {
      this.#lookers -= 1;
      leave();
    };
  };

  /** For who wants to know of states alone: the server says when these change. */
  readonly follow = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#begin();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) for (const stop of this.#stops.splice(0)) stop();
    };
  };

  /** Of several questions the last counts. */
  async load(): Promise<void> {
    const asked = (this.#asked += 1);
    const { call } = this.#effects;
    const [clusters, templates] = await Promise.all([call('listClusters'), call('listClusterTemplates')]);
    if (asked !== this.#asked) return;
    const before = this.#state;
    this.#change({
      ...(isFault(clusters)
        ? { clusters: before.clusters, offer: before.offer }
        : {
            clusters: clusters.clusters.toSorted((a, b) => a.label.localeCompare(b.label)),
            offer: { kinds: clusters.kinds, machine: clusters.machine },
          }),
      templates: isFault(templates) ? before.templates : templates.templates,
      fault: isFault(clusters) ? clusters : null,
    });
  }

  /** An answer that came by itself: shown at once. Those to earlier questions come too late. */
  take(cluster: ClusterView): void {
    const others = this.#state.clusters?.filter(({ id }) => id !== cluster.id) ?? [];
    const clusters = [...others, cluster].toSorted((a, b) => a.label.localeCompare(b.label));
    this.#change({ ...this.#state, clusters });
    void this.load();
  }

  #change(state: ClustersState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }

  #begin(): void {
    const line = this.#effects.line();
    let asked = false;
    const ask = () => {
      if (asked && this.#lookers === 0) return;
      asked = true;
      void this.load();
    };
    this.#stops = [
      every(pause, ask, this.#effects),
      line.on('clusters.changed', () => void this.load()),
      line.onStatus(() => (line.status() === 'connected' ? void this.load() : undefined)),
    ];
  }
}

export const clusters = new ClustersStore();

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
