import type { CellId, InputId, PrincipalId, RequestId, RunId, SessionId } from '#lib/core/ids.ts';
import type { HeardNumbers } from '#lib/core/kernel/message-numbers.ts';
import type { Output } from '#lib/core/notebook/output.ts';
import type { Death } from './death.ts';
import type { SeenProgress } from './progress.ts';
import type { BoundCluster, HoldReason, KernelStatus, RunOutcome, SessionBinding } from '#lib/core/session/event.ts';

/** Life of the last run of a cell as its gutter shows it; `idle` = never run since the notebook was opened. */
export type RunState = 'idle' | 'queued' | 'running' | 'ok' | 'error' | 'cancelled' | 'lost';

/** A question of running code that nobody has answered yet. */
export type PendingInput = {
  readonly id: InputId;
  readonly prompt: string;
  readonly password: boolean;
  /** ms since 1970 */
  readonly askedAt: number;
};

export type Run = {
  readonly id: RunId;
  readonly cellId: CellId;
  readonly sessionId: SessionId;
  readonly by: PrincipalId;
  readonly state: Exclude<RunState, 'idle'>;
  /** Jupyter `msg_id` of its execute_request, once it was sent. */
  readonly msgId: string | null;
  /** The code that was sent; null before, and in browsers. */
  readonly source: string | null;
  /** Milliseconds since 1970. */
  readonly queuedAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly outcome: RunOutcome | null;
  readonly reason: string | null;
  /** What its code waits to be told; null when it waits for nobody. */
  readonly input: PendingInput | null;
  /** What an engine was last said to do for it; null when none works for it. */
  readonly progress: SeenProgress | null;
};

export type CellState = {
  readonly outputs: readonly Output[];
  readonly executionCount: number | null;
  /** The last run of this cell, if any. */
  readonly run: Run | null;
  /** `clear_output(wait=True)` was received and no output followed yet. */
  readonly clearPending: boolean;
};

export type QueueHold = {
  readonly why: HoldReason;
  readonly by: PrincipalId;
  /** Milliseconds since 1970. */
  readonly at: number;
};

export type SessionState = {
  readonly binding: SessionBinding;
  /** `reason`: why its kernel does not know it yet, in the user's words. */
  readonly cluster: (BoundCluster & { readonly reason: string | null }) | null;
  readonly status: KernelStatus;
  readonly reason: string | null;
  /** The run whose request is in flight; one at most. */
  readonly running: RunId | null;
  /** Waiting runs in order. */
  readonly queue: readonly RunId[];
  /** Numbers of the kernel's messages that were heard, by process, the last heard last; browsers know none. */
  readonly heard: readonly HeardNumbers[];
  /** Other front ends that are connected to the same kernel: what it says while this server is away is not kept for us. */
  readonly others: number;
  /** The cells that have run in the present kernel, each once, in the order of their first run. */
  readonly ran: readonly CellId[];
  /** When something was last run in it, or somebody said that it is to be kept. ms since 1970 */
  readonly usedAt: number;
  /** When it is shut down for want of use, once that is near. ms since 1970 */
  readonly idleEnd: number | null;
  /** How the kernel before, or this one, ended; null when nobody has to know. */
  readonly death: Death | null;
  /** Set while nothing may leave the queue. One that an interrupt began ends with the last run that waits. */
  readonly held: QueueHold | null;
  /** Whether an error cancels what waits. Nothing is cancelled in a held queue. */
  readonly stopOnError: boolean;
};

/** Results and sessions of one notebook: the reducer's state, on the server and in each browser. */
export type NotebookRunState = {
  readonly cells: ReadonlyMap<CellId, CellState>;
  readonly sessions: ReadonlyMap<SessionId, SessionState>;
  /** Runs that are queued or running, and the last finished run of each cell. */
  readonly runs: ReadonlyMap<RunId, Run>;
  /** Requests for runs that were answered lately, the oldest first. Empty in browsers. */
  readonly answered: ReadonlyMap<RequestId, readonly RunId[]>;
};

/** Imperative: what the session host has to do after an event. Browsers ignore them. */
export type SessionEffect =
  | { readonly type: 'Execute'; readonly runId: RunId; readonly cellId: CellId; readonly sessionId: SessionId }
  | { readonly type: 'CloseLink'; readonly sessionId: SessionId };

export type Reduced = { readonly state: NotebookRunState; readonly effects: readonly SessionEffect[] };

export const emptyCellState: CellState = { outputs: [], executionCount: null, run: null, clearPending: false };

export const emptyRunState: NotebookRunState = {
  cells: new Map(),
  sessions: new Map(),
  runs: new Map(),
  answered: new Map(),
};
