import type { CellId, PrincipalId, SessionId } from '#lib/core/ids.ts';

/** Cells to run, in order; without `sessionId` in the notebook's first session. */
export type RunsRequest = {
  readonly cellIds: readonly CellId[];
  readonly sessionId?: SessionId | undefined;
  readonly stateVector: Uint8Array | null;
  readonly by: PrincipalId;
};
