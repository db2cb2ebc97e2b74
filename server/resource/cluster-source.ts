import type { ClusterPicture } from '#lib/core/cluster/picture.ts';
import { isFault } from '#lib/core/fault.ts';
import type { ClusterId } from '#lib/core/ids.ts';
import type { GoneNode } from '#lib/core/resource/sample.ts';
import type { Clusters } from '#server/cluster/clusters.ts';
import type { Heard, ResourceSource } from './source.ts';

export type ClusterSourceParts = {
  readonly clusters: Pick<Clusters, 'watch' | 'view'>;
  /** Paths of the notebooks whose kernels are told of a cluster. */
  readonly notebooks: (id: ClusterId) => readonly string[];
};

/** How long a node that has gone is told of, and of how many. */
const goneMs = 600_000;
const mostGone = 20;

/** What a cluster tells of itself: it is asked once a second for all who follow it. Engines forget a node that dies; we do not. */
export class ClusterSource implements ResourceSource {
  readonly #id: ClusterId;
  readonly #parts: ClusterSourceParts;
  #nodes: ClusterPicture['workers'] = [];
  #gone: readonly GoneNode[] = [];

  constructor(id: ClusterId, parts: ClusterSourceParts) {
    this.#id = id;
    this.#parts = parts;
  }

  begin(tell: (heard: Heard) => void): () => void {
    const { clusters, notebooks } = this.#parts;
    return clusters.watch(this.#id, (seen) => {
      if (isFault(seen)) return tell(seen);
      const { at, picture } = seen;
      this.#miss(picture.workers, at);
      tell({ kind: 'cluster', at, picture, notebooks: [...new Set(notebooks(this.#id))].toSorted(), gone: this.#gone });
    });
  }

  #miss(nodes: ClusterPicture['workers'], at: number): void {
    const there = new Set(nodes.map(({ id }) => id));
    const missed = this.#nodes.filter(({ id }) => !there.has(id));
    const known = this.#gone.filter(({ id, missedAt }) => !there.has(id) && at - missedAt < goneMs);
    this.#gone = [...missed.map(({ id, name, host }) => ({ id, name, host, missedAt: at })), ...known].slice(
      0,
      mostGone,
    );
    this.#nodes = nodes;
  }
}
