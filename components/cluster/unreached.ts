import { callApi } from '#lib/client/api.ts';
import { isFault } from '#lib/core/fault.ts';
import type { ClusterId, SessionId } from '#lib/core/ids.ts';

/** Clusters that a kernel does not reach, with the reason. */
export type Unreached = ReadonlyMap<ClusterId, string>;

/** One question to a kernel is about so many clusters at most. */
const mostInOne = 64;

/**
 * Asks a kernel about clusters, in as many questions as it takes, and tells with each answer what is known now. A kernel
 * that does not answer says nothing against anyone.
 * @param known what was known before of the same or other clusters
 */
export async function* askUnreached(
  session: SessionId,
  ids: readonly ClusterId[],
  known: Unreached,
  effects: { readonly call: typeof callApi } = { call: callApi },
): AsyncGenerator<Unreached> {
  const unreached = new Map(known);
  for (let from = 0; from < ids.length; from += mostInOne) {
    const clusterIds = ids.slice(from, from + mostInOne);
    const answer = await effects.call('reachClusters', { params: { id: session }, body: { clusterIds } });
    for (const id of clusterIds) unreached.delete(id);
    for (const { id, reason } of isFault(answer) ? [] : answer.clusters) if (reason !== null) unreached.set(id, reason);
    yield new Map(unreached);
  }
}
