import type { CellId, NotebookId, PrincipalId, RunId } from '#lib/core/ids.ts';
import type { Output } from '#lib/core/notebook/output.ts';
import type { RunOutcome, SessionBinding } from '#lib/core/session/event.ts';

/** What is known of one run at the moment of writing: it started, it ended, or something came after its end. */
export type LedgerEntry = {
  readonly id: RunId;
  readonly notebookId: NotebookId;
  readonly path: string;
  readonly cellId: CellId;
  readonly by: PrincipalId;
  /** Where it ran; null when that is no longer known. */
  readonly session: SessionBinding | null;
  readonly queuedAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly outcome: RunOutcome | null;
  readonly reason: string | null;
  readonly executionCount: number | null;
  /** The code that was sent; null when none was. */
  readonly source: string | null;
  readonly outputs: readonly Output[];
  /** Written after the end, because of outputs that came later: changes an entry, makes none. */
  readonly late: boolean;
  /** Found in the journal of an earlier process. */
  readonly recovered: boolean;
};
