import { isFault } from '#lib/core/fault.ts';
import type { ClusterId } from '#lib/core/ids.ts';
import type { Clusters } from '#server/cluster/clusters.ts';
import type { ResourceSource } from './source.ts';

export type ClusterSourceParts = {
  readonly clusters: Pick<Clusters, 'watch'>;
  /** Paths of the notebooks whose kernels are told of a cluster. */
  readonly notebooks: (id: ClusterId) => readonly string[];
};

/** What a cluster tells of itself: it is asked once a second for all who follow it. */
export function clusterSource(id: ClusterId, { clusters, notebooks }: ClusterSourceParts): ResourceSource {
  return {
    begin: (tell) =>
      clusters.watch(id, (seen) =>
        tell(
          isFault(seen)
            ? seen
            : { kind: 'cluster', at: seen.at, picture: seen.picture, notebooks: [...new Set(notebooks(id))] },
        ),
      ),
  };
}
