import type { ClusterId, SessionId } from '#lib/core/ids.ts';

/** What is sampled: the kernel of a session, or a cluster. */
export type ResourceTarget =
  | { readonly kind: 'kernel'; readonly sessionId: SessionId }
  | { readonly kind: 'cluster'; readonly clusterId: ClusterId };

/** One string per target. */
export const targetKey = (target: ResourceTarget): string =>
  target.kind === 'kernel' ? `kernel:${target.sessionId}` : `cluster:${target.clusterId}`;
