import type { Fault } from '#lib/core/fault.ts';
import type { ClusterId, PrincipalId } from '#lib/core/ids.ts';
import type { ClusterSize } from './state.ts';

/** `at`: ms since 1970, read at the edge. `by`: who caused it; the server's own id for what engines do. */
type Base = { readonly at: number; readonly by: PrincipalId };

type Named = {
  readonly id: ClusterId;
  readonly kind: string;
  readonly label: string;
  /** Stopped when nothing has run for so long; null: never. */
  readonly idleMinutes: number | null;
};

export type ClusterEvent = Base &
  (
    | ({ readonly type: 'ClusterRequested'; readonly size: ClusterSize } & Named)
    | ({ readonly type: 'ClusterAttached' } & Omit<Named, 'idleMinutes'>)
    /** Something else is waited for now. */
    | { readonly type: 'StepReached'; readonly text: string }
    | { readonly type: 'ClusterReady' }
    | { readonly type: 'ClusterFailed'; readonly fault: Fault }
    | { readonly type: 'ClusterUnreachable'; readonly fault: Fault }
    /** Somebody asks whether it can be reached by now. */
    | { readonly type: 'CheckRequested' }
    /** `evenIfBusy`: the person knows that running work is hit. */
    | { readonly type: 'ScaleRequested'; readonly workers: number; readonly evenIfBusy: boolean }
    | { readonly type: 'ClusterScaled' }
    /** `workers`: how many there are. */
    | { readonly type: 'ScaleFailed'; readonly fault: Fault; readonly workers: number }
    /** `asOf`: when the engine was asked, ms since 1970; absent: just now. */
    | { readonly type: 'WorkSeen'; readonly running: number; readonly queued: number; readonly asOf?: number }
    | { readonly type: 'IdlePolicySet'; readonly minutes: number | null }
    /** Somebody wants it kept: it counts as idle from now on. */
    | { readonly type: 'KeepRequested' }
    /** The clock, some times a minute: nothing else moves the idle policy on. */
    | { readonly type: 'TimePassed' }
    | { readonly type: 'StopRequested' }
    | { readonly type: 'ClusterStopped' }
    /** Something of it may still be there: it can be asked to stop again. */
    | { readonly type: 'StopFailed'; readonly fault: Fault }
    /** This server has started again: what is known is from before. */
    | { readonly type: 'ServerRestarted' }
  );

export type ClusterEventOf<Type extends ClusterEvent['type']> = Extract<ClusterEvent, { readonly type: Type }>;
