import type { CellId, NotebookId, RunId } from '#lib/core/ids.ts';
import type { SessionBinding, SessionEvent } from '#lib/core/session/event.ts';
import { ownerOf } from '#lib/core/session/reduce-run.ts';
import { kernelDied } from '#lib/core/session/reduce-death.ts';
import type { reduceSession } from '#lib/core/session/reduce.ts';
import type { NotebookRunState, Run } from '#lib/core/session/state.ts';
import type { LedgerEntry } from './ledger-entry.ts';

/** Where entries go; `Ledger` is the one that keeps them. */
export type LedgerWriter = {
  readonly write: (entry: LedgerEntry) => void;
  /** Runs of this notebook that are open now, after a recovery: others that seem so ended unseen. */
  readonly opened: (notebookId: NotebookId, open: readonly RunId[]) => void;
  /** Whether all that was written is kept. */
  readonly flush: () => Promise<boolean>;
  readonly settled: (notebookId: NotebookId) => boolean;
};

export type RecorderParts = {
  readonly notebookId: NotebookId;
  readonly path: () => string;
  readonly ledger: LedgerWriter;
  readonly after: (ms: number, then: () => void) => () => void;
};

/** Outputs of threads are awaited for so long after the first of them; what comes later is in the cell alone. */
const lateMs = 5_000;

type Ended = { readonly run: Run; readonly session: SessionBinding | null; off: (() => void) | null };

/**
 * Tells the ledger of a notebook's runs: when one starts, when it ends with what it gave, and once more when outputs
 * came after its end. Told of each event by the session host, with the state before and after; what it does then costs
 * nothing but looking, the ledger writes later.
 */
export class RunRecorder {
  readonly #parts: RecorderParts;
  /** The last ended run of each cell, as long as the cell shows its outputs. */
  readonly #ended = new Map<CellId, Ended>();
  /** What a journal told, while it is replayed. */
  #found: Map<RunId, LedgerEntry> | null = null;
  #present: NotebookRunState | null = null;

  constructor(parts: RecorderParts) {
    this.#parts = parts;
  }

  /** A reducer that also records: for replaying the journal of an earlier process, whose end is told to `replayed`. */
  replaying(reduce: typeof reduceSession): typeof reduceSession {
    this.#found = new Map();
    return (state, event) => {
      const reduced = reduce(state, event);
      this.take(event, state, reduced.state);
      return reduced;
    };
  }

  /** The journal is read: the ledger gets what it does not have. */
  replayed(state: NotebookRunState): void {
    for (const [cell, { off }] of this.#ended) if (off !== null) this.#settle(cell, state);
    const found = this.#found ?? new Map<RunId, LedgerEntry>();
    this.#found = null;
    for (const entry of found.values()) this.#parts.ledger.write(entry);
    const open = [...state.runs.values()].filter(({ finishedAt }) => finishedAt === null).map(({ id }) => id);
    this.#parts.ledger.opened(this.#parts.notebookId, open);
  }

  take(event: SessionEvent, before: NotebookRunState, after: NotebookRunState): void {
    this.#present = after;
    switch (event.type) {
      case 'StreamArrived':
      case 'OutputArrived':
      case 'OutputsCleared':
        return this.#arrived(event.runId, before);
      case 'DisplayUpdated':
      case 'ExecutionCountSet':
      case 'RunRequested':
      case 'SessionBound':
        return;
      case 'RunStarted':
        return this.#started(event.runId, before, after);
      case 'CellsCleared':
        for (const cell of event.cellIds) this.#settle(cell, before);
        return;
      case 'CellsLoaded':
        for (const { cellId } of event.cells) this.#loaded(cellId, before, after);
        return;
      default:
        this.#endings(event, before, after);
    }
  }

  /** Everything that is known is with the ledger when it resolves; whether it could be kept. */
  async stop(): Promise<boolean> {
    if (this.#present !== null) for (const cell of this.#ended.keys()) this.#settle(cell, this.#present);
    return this.#parts.ledger.flush();
  }

  /** Whether the ledger has everything, so that the journal may forget. */
  get settled(): boolean {
    return this.#parts.ledger.settled(this.#parts.notebookId);
  }

  #started(id: RunId, before: NotebookRunState, after: NotebookRunState): void {
    const run = after.runs.get(id);
    if (run === undefined || before.runs.get(id)?.startedAt !== null) return;
    this.#settle(run.cellId, before);
    this.#write(run, sessionOf(run, after), after);
  }

  #endings(event: SessionEvent, before: NotebookRunState, after: NotebookRunState): void {
    if (before.runs === after.runs) return;
    const one = event.type === 'RunFinished' && event.outcome !== 'error' ? before.runs.get(event.runId) : undefined;
    for (const run of one === undefined ? before.runs.values() : [one]) {
      if (run.finishedAt !== null) continue;
      const now = after.runs.get(run.id);
      if (now?.finishedAt === null) continue;
      // An end changes no outputs, and afterwards the cell may show another run.
      this.#end(now ?? endedBy(event, run), sessionOf(run, before), before);
    }
  }

  #end(run: Run, session: SessionBinding | null, state: NotebookRunState): void {
    this.#write(run, session, state);
    if (run.startedAt !== null) this.#ended.set(run.cellId, { run, session, off: null });
  }

  /** Something came for a run; only that of an ended one matters. */
  #arrived(id: RunId, state: NotebookRunState): void {
    const cell = state.runs.get(id)?.cellId;
    const ended = cell === undefined ? undefined : this.#ended.get(cell);
    if (cell === undefined || ended?.run.id !== id || ended.off !== null) return;
    // The state is that of later: what came until then is in it.
    const write = () => (this.#present === null ? undefined : this.#settle(cell, this.#present));
    ended.off = this.#found === null ? this.#parts.after(lateMs, write) : () => undefined;
  }

  /** The cell stops to show the outputs of its ended run, or they have been waited for long enough. */
  #settle(cell: CellId, state: NotebookRunState): void {
    const ended = this.#ended.get(cell);
    if (ended === undefined) return;
    this.#ended.delete(cell);
    if (ended.off === null) return;
    ended.off();
    this.#write(ended.run, ended.session, state, true);
  }

  /** A snapshot in a journal says the outputs of its runs after them; else a changed file took their place. */
  #loaded(cell: CellId, before: NotebookRunState, after: NotebookRunState): void {
    const ended = this.#ended.get(cell);
    if (ended === undefined) return;
    if (this.#found?.get(ended.run.id)?.outputs.length !== 0) return this.#settle(cell, before);
    this.#write(ended.run, ended.session, after);
  }

  #write(run: Run, session: SessionBinding | null, state: NotebookRunState, late = false): void {
    const { id, cellId, by, queuedAt, startedAt, finishedAt, outcome, reason, source } = run;
    const known = this.#found?.get(id);
    const cell = startedAt !== null && ownerOf(state, cellId) === id ? state.cells.get(cellId) : undefined;
    const entry: LedgerEntry = {
      id,
      notebookId: this.#parts.notebookId,
      path: this.#parts.path(),
      cellId,
      by,
      session: session ?? known?.session ?? null,
      queuedAt,
      startedAt,
      finishedAt,
      outcome,
      reason,
      executionCount: cell?.executionCount ?? null,
      source,
      outputs: finishedAt === null ? [] : (cell?.outputs ?? []),
      late,
      recovered: this.#found !== null,
    };
    if (this.#found === null) this.#parts.ledger.write(entry);
    else this.#found.set(id, entry);
  }
}

function sessionOf({ sessionId }: Run, state: NotebookRunState): SessionBinding | null {
  return state.sessions.get(sessionId)?.binding ?? null;
}

/** A run that the state forgot in the moment of its end: one that never started, or whose cell shows another run. */
function endedBy(event: SessionEvent, run: Run): Run {
  const own = event.type === 'RunFinished' && event.runId === run.id ? event : null;
  const ends = event.type === 'KernelDied' || (event.type === 'KernelStatusChanged' && event.status === 'dead');
  const died = ends && run.startedAt !== null;
  const outcome = own?.outcome ?? (died ? 'lost' : 'cancelled');
  const reason = own === null ? ('reason' in event ? event.reason : undefined) : own.reason;
  return { ...run, state: outcome, outcome, reason: reason ?? (ends ? kernelDied : null), finishedAt: event.at };
}
