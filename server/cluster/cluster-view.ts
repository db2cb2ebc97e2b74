import type { ClusterPicture } from '#lib/core/cluster/picture.ts';
import { clusterManifests } from '#lib/kinds/cluster/manifest.ts';
import type { ClusterView } from '#lib/protocol/http/clusters.ts';
import type { LaunchedCluster } from '#server/kinds/provider/port.ts';
import type { StoredCluster } from './stored-cluster.ts';

/** A cluster as it is known in this process. */
export type KnownCluster = {
  readonly stored: StoredCluster;
  readonly launched: LaunchedCluster | null;
  readonly seen: { readonly picture: ClusterPicture; readonly at: number } | null;
  readonly distanceMs: number | null;
};

/** What a browser is told of it: all but what lets somebody in, and the values of its environment variables. */
export function viewOf(known: KnownCluster, beside: Pick<ClusterView, 'lastStartMs' | 'notebooks'>): ClusterView {
  const { stored, launched, seen, distanceMs } = known;
  const { cluster } = stored;
  return {
    ...cluster,
    steps: [...cluster.steps],
    abilities: clusterManifests[cluster.kind][cluster.origin],
    address: (launched?.place ?? stored.place)?.address ?? null,
    distanceMs,
    seen,
    environment: Object.keys(stored.environment),
    ...beside,
  };
}
