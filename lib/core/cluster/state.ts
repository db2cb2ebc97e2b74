import { z } from 'zod';
import type { Fault } from '#lib/core/fault.ts';
import type { ClusterId, PrincipalId } from '#lib/core/ids.ts';
import type { Steps } from '#lib/core/steps.ts';

/** How large a cluster is asked to be. All workers are alike. */
export type ClusterSize = {
  readonly workers: number;
  /** Threads of each worker: how many tasks it runs at once. */
  readonly threads: number;
  /** Memory of each worker, bytes. */
  readonly memoryBytes: number;
};

/**
 * A launched one goes requested → provisioning → ready | failed, an attached one checking → ready | unreachable. `failed`
 * is final but for its removal: what was launched is gone, its logs are kept until it is stopped.
 */
export const clusterStateSchema = z.enum([
  'requested',
  'provisioning',
  'checking',
  'ready',
  'unreachable',
  'failed',
  'stopping',
  'stopped',
]);
export type ClusterState = z.infer<typeof clusterStateSchema>;

/** What runs and what waits there, as the engine told at `at`. */
export const clusterWorkSchema = z.object({ running: z.number(), queued: z.number(), at: z.number() });
export type ClusterWork = Readonly<z.infer<typeof clusterWorkSchema>>;

export type ClusterIdle = {
  /** Stopped when nothing has run for so long; null: never. */
  readonly minutes: number | null;
  /** When it was last seen at work, asked to be kept, or became ready. */
  readonly usedAt: number;
  /** When it is stopped, as was announced; null: nothing was announced. */
  readonly end: number | null;
};

/** Times are ms since 1970. */
export type Cluster = {
  readonly id: ClusterId;
  readonly kind: string;
  readonly label: string;
  readonly origin: 'launched' | 'attached';
  readonly by: PrincipalId;
  readonly state: ClusterState;
  /** Since when it is in this state. */
  readonly since: number;
  /** What it was last asked to be; null where others decide that. */
  readonly size: ClusterSize | null;
  /** It is on its way to `size`. */
  readonly scaling: boolean;
  /** What is waited for, or was, while it starts, grows or stops. */
  readonly steps: Steps;
  /** Why it failed, cannot be reached, or did not do what was last asked of it, with the next step. */
  readonly fault: Fault | null;
  /** When it did not do what was asked of it, though it goes on; such a fault is told for a minute. */
  readonly faultAt?: number | undefined;
  readonly idle: ClusterIdle;
  /** null: not known yet. */
  readonly work: ClusterWork | null;
};

export type ClusterEffect =
  /** Starts it; answered with `StepReached`, then `ClusterReady` or `ClusterFailed`. */
  | { readonly type: 'Launch'; readonly id: ClusterId; readonly size: ClusterSize }
  /** Finds what an earlier process of this server had launched; answered in the same way. */
  | { readonly type: 'Adopt'; readonly id: ClusterId }
  /** Asks an attached one; answered with `ClusterReady` or `ClusterUnreachable`. */
  | { readonly type: 'Check'; readonly id: ClusterId }
  /** Answered with `ClusterScaled` or `ScaleFailed`. */
  | { readonly type: 'Scale'; readonly id: ClusterId; readonly workers: number }
  /** Ends all of it, a start included; answered with `ClusterStopped`. */
  | { readonly type: 'Stop'; readonly id: ClusterId };

export type ReducedCluster = { readonly cluster: Cluster | null; readonly effects: readonly ClusterEffect[] };

export const isClusterOver = ({ state }: Cluster): boolean => state === 'failed' || state === 'stopped';
