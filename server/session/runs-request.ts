import type { CellId, PrincipalId, RequestId, RunId, SessionId } from '#lib/core/ids.ts';

/** Cells to run, in order; without `sessionId` in the notebook's first session. */
export type RunsRequest = {
  readonly cellIds: readonly CellId[];
  readonly sessionId?: SessionId | undefined;
  readonly stateVector: Uint8Array | null;
  readonly by: PrincipalId;
  /** The same request sent again is answered as the first time, and nothing runs twice. */
  readonly requestId?: RequestId | undefined;
  /** Also cells that are running as they are: they run once more afterwards. */
  readonly again?: boolean | undefined;
};

/** The run of each cell, in the order asked. */
export type RunsAnswer = {
  readonly runIds: readonly RunId[];
  /** Cells that run just now with the source they have: they were not queued again. */
  readonly alreadyRunning: readonly CellId[];
};
