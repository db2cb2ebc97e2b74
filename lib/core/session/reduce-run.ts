import type { CellId, RunId, SessionId } from '#lib/core/ids.ts';
import type { RunOutcome, SessionEventOf } from './event.ts';
import type { CellState, NotebookRunState, Run, SessionEffect, SessionState, Reduced } from './state.ts';
import { withEntry, withoutEntry } from './shared-map.ts';
import { emptyCellState } from './state.ts';

/** Queues a run. A cell that already waits in this session is not queued twice; one that runs may be queued again. */
export function requestRun(state: NotebookRunState, event: SessionEventOf<'RunRequested'>): Reduced {
  const session = state.sessions.get(event.sessionId);
  if (state.runs.has(event.runId)) return { state, effects: [] };
  if (findWaitingRun(state, event.sessionId, event.cellId) !== undefined) return { state, effects: [] };
  const run: Run = {
    id: event.runId,
    cellId: event.cellId,
    sessionId: event.sessionId,
    by: event.by,
    state: 'queued',
    msgId: null,
    source: null,
    queuedAt: event.at,
    startedAt: null,
    finishedAt: null,
    outcome: null,
    reason: null,
    input: null,
    progress: null,
  };
  const runs = withEntry(state.runs, run.id, run);
  const cell = state.cells.get(event.cellId) ?? emptyCellState;
  // While an earlier run of the cell is in flight the cell shows that one; the waiting one takes over at its end.
  const cells = cell.run?.state === 'running' ? state.cells : withEntry(state.cells, event.cellId, { ...cell, run });
  const sessions =
    session === undefined
      ? state.sessions
      : withEntry(state.sessions, event.sessionId, { ...session, queue: [...session.queue, run.id], idleEnd: null });
  return withNext({ ...state, cells, sessions, runs }, event.sessionId);
}

/** The run of this cell that already waits in a session's queue. */
export function findWaitingRun(state: NotebookRunState, session: SessionId, cell: CellId): RunId | undefined {
  const shown = state.cells.get(cell)?.run;
  // A cell with an open run shows one: most need no search.
  if (shown === undefined || shown === null || shown.finishedAt !== null) return undefined;
  return state.sessions.get(session)?.queue.find((id) => state.runs.get(id)?.cellId === cell);
}

/** The request leaves: the cell's old results go, its earlier finished runs are forgotten. */
export function startRun(state: NotebookRunState, event: SessionEventOf<'RunStarted'>): NotebookRunState {
  const queued = state.runs.get(event.runId);
  if (queued === undefined || queued.state !== 'queued') return state;
  const started = { msgId: event.msgId, source: event.source ?? null, startedAt: event.at };
  const run: Run = { ...queued, state: 'running', ...started };
  let runs = state.runs;
  for (const other of state.runs.values()) {
    if (other.cellId === run.cellId && other.finishedAt !== null) runs = withoutEntry(runs, other.id);
  }
  // Set after the deletes and re-inserted at the end, so that insertion order is the order of starting.
  runs = withEntry(withoutEntry(runs, run.id), run.id, run);
  const cells = withEntry(state.cells, run.cellId, { ...emptyCellState, run });
  const session = state.sessions.get(run.sessionId);
  const sessions =
    session === undefined
      ? state.sessions
      : withEntry(state.sessions, run.sessionId, {
          ...session,
          running: run.id,
          queue: session.queue.filter((id) => id !== run.id),
        });
  return { ...state, cells, sessions, runs };
}

/**
 * Ends a run, waiting or running. An error takes everything that still waits in the session with it, unless it was
 * chosen otherwise; what is held waits for a person in any case.
 */
export function finishRun(state: NotebookRunState, event: SessionEventOf<'RunFinished'>): Reduced {
  const run = state.runs.get(event.runId);
  if (run === undefined || run.finishedAt !== null) return { state, effects: [] };
  const draft = openDraft(state);
  endRun(draft, run, event.outcome, event.reason ?? null, event.at);
  if (run.startedAt !== null) noteUse(draft, run, event);
  const session = draft.sessions.get(run.sessionId);
  if (event.outcome === 'error' && session !== undefined && session.stopOnError && session.held === null) {
    cancelAll(draft, session.queue, 'an earlier cell ended with an error', event.at);
  }
  return withNext(draft, run.sessionId);
}

/** Takes runs out of their queues. Those that do not wait any more go on. */
export function cancelRuns(state: NotebookRunState, event: SessionEventOf<'RunsCancelled'>): Reduced {
  const waiting = [...new Set(event.runIds)].filter((id) => state.runs.get(id)?.state === 'queued');
  if (waiting.length === 0) return { state, effects: [] };
  const draft = openDraft(state);
  cancelAll(draft, waiting, event.reason, event.at);
  const changed = [...state.sessions.keys()].filter((id) => state.sessions.get(id) !== draft.sessions.get(id));
  return { state: draft, effects: changed.flatMap((id) => withNext(draft, id).effects) };
}

/** The cell has run in the present kernel, unless it was cancelled; the kernel was in use until now. */
function noteUse(draft: Draft, { sessionId, cellId }: Run, { at, outcome }: SessionEventOf<'RunFinished'>): void {
  const session = draft.sessions.get(sessionId);
  if (session === undefined) return;
  const known = outcome === 'cancelled' || session.ran.includes(cellId);
  const ran = known ? session.ran : [...session.ran, cellId];
  draft.sessions = withEntry(draft.sessions, sessionId, { ...session, ran, usedAt: at });
}

/** A state in the middle of a change: its maps are replaced, never changed. */
export type Draft = {
  cells: ReadonlyMap<CellId, CellState>;
  sessions: ReadonlyMap<SessionId, SessionState>;
  runs: ReadonlyMap<RunId, Run>;
  readonly answered: NotebookRunState['answered'];
};

export function openDraft({ cells, sessions, runs, answered }: NotebookRunState): Draft {
  return { cells, sessions, runs, answered };
}

/** Takes runs out of their sessions, in this order. What it costs grows with their number, not with its square. */
export function cancelAll(draft: Draft, ids: readonly RunId[], reason: string, at: number): void {
  const cancelled = new Set<RunId>();
  const found = indexRuns(draft, cancelled);
  for (const id of ids) {
    const run = draft.runs.get(id);
    if (run === undefined) continue;
    cancelled.add(id);
    closeRun(draft, found, { ...run, state: 'cancelled', outcome: 'cancelled', reason, input: null, finishedAt: at });
  }
  leaveSessions(draft, cancelled);
}

/** Marks a run finished, takes it out of its session and lets its cell show what is true now. */
export function endRun(draft: Draft, run: Run, outcome: RunOutcome, reason: string | null, at: number): void {
  leaveSessions(draft, new Set([run.id]), [run.sessionId]);
  closeRun(draft, scanRuns(draft), { ...run, state: outcome, outcome, reason, input: null, finishedAt: at });
}

function leaveSessions(
  draft: Draft,
  gone: ReadonlySet<RunId>,
  sessions: Iterable<SessionId> = draft.sessions.keys(),
): void {
  for (const id of sessions) {
    const session = draft.sessions.get(id);
    if (session === undefined) continue;
    const queue = session.queue.some((run) => gone.has(run)) ? session.queue.filter((run) => !gone.has(run)) : null;
    const ends = session.running !== null && gone.has(session.running);
    if (queue === null && !ends) continue;
    draft.sessions = withEntry(draft.sessions, id, {
      ...session,
      running: ends ? null : session.running,
      queue: queue ?? session.queue,
      held: queue?.length === 0 && session.held?.why === 'interrupted' ? null : session.held,
    });
  }
}

/** What a draft knows of the runs of a cell. */
type CellRuns = {
  /** The one that waits first. */
  readonly waiting: (cell: CellId) => Run | undefined;
  /** In the order of the draft: those that started, in order of starting. */
  readonly all: (cell: CellId) => readonly Run[];
};

function scanRuns(draft: Draft): CellRuns {
  return {
    waiting: (cell) => {
      for (const session of draft.sessions.values()) {
        for (const id of session.queue) {
          const run = draft.runs.get(id);
          if (run?.cellId === cell) return run;
        }
      }
      return undefined;
    },
    all: (cell) => [...draft.runs.values()].filter((run) => run.cellId === cell),
  };
}

/** The same, for many questions. No run is added meanwhile, and no queue changed: those in `gone` count as out of it. */
function indexRuns(draft: Draft, gone: ReadonlySet<RunId>): CellRuns {
  const waiting = new Map<CellId, RunId[]>();
  const all = new Map<CellId, RunId[]>();
  const add = (index: Map<CellId, RunId[]>, { id, cellId }: Run): void => {
    const known = index.get(cellId);
    if (known === undefined) index.set(cellId, [id]);
    else known.push(id);
  };
  for (const run of draft.runs.values()) add(all, run);
  for (const session of draft.sessions.values()) {
    for (const id of session.queue) {
      const run = draft.runs.get(id);
      if (run !== undefined) add(waiting, run);
    }
  }
  return {
    waiting: (cell) => {
      const id = waiting.get(cell)?.find((one) => !gone.has(one));
      return id === undefined ? undefined : draft.runs.get(id);
    },
    all: (cell) => (all.get(cell) ?? []).flatMap((id) => draft.runs.get(id) ?? []),
  };
}

/** `ended` has left its session. */
function closeRun(draft: Draft, found: CellRuns, ended: Run): void {
  const { id, cellId } = ended;
  const cell = draft.cells.get(cellId) ?? emptyCellState;
  const ownerId = () => found.all(cellId).findLast((run) => run.startedAt !== null)?.id;
  if (cell.run !== null && cell.run.id !== id) {
    // The cell shows another run. Kept only while its late outputs would still be the cell's.
    if (cell.run.startedAt === null && ownerId() === id) draft.runs = withEntry(draft.runs, id, ended);
    else draft.runs = withoutEntry(draft.runs, id);
    return;
  }
  const next = found.waiting(cellId);
  draft.cells = withEntry(draft.cells, cellId, { ...cell, run: next ?? ended });
  if (next !== undefined && ended.startedAt === null) {
    draft.runs = withoutEntry(draft.runs, id);
    return;
  }
  draft.runs = withEntry(draft.runs, id, ended);
  if (ended.startedAt !== null) return;
  for (const other of found.all(cellId)) {
    if (other.id !== id && other.finishedAt !== null) draft.runs = withoutEntry(draft.runs, other.id);
  }
  // Whoever asked for the clear can write no more.
  if (cell.clearPending && ownerId() === undefined) {
    draft.cells = withEntry(draft.cells, cellId, { ...cell, run: ended, clearPending: false });
  }
}

/** The run whose outputs the cell holds: the last started one. `runs` keeps started runs in order of starting. */
export function ownerOf(state: Pick<NotebookRunState, 'runs'>, cell: CellId): RunId | undefined {
  let owner: RunId | undefined;
  for (const run of state.runs.values()) {
    if (run.cellId === cell && run.startedAt !== null) owner = run.id;
  }
  return owner;
}

/** Adds the effect that sends the head of the queue, when the session's kernel can take it. */
export function withNext(state: NotebookRunState, sessionId: SessionId): Reduced {
  const session = state.sessions.get(sessionId);
  const head = session?.queue[0];
  if (session === undefined || head === undefined || session.running !== null || session.held !== null)
    return { state, effects: [] };
  if (session.status !== 'idle' && session.status !== 'busy') return { state, effects: [] };
  const run = state.runs.get(head);
  if (run === undefined) return { state, effects: [] };
  const effect: SessionEffect = { type: 'Execute', runId: run.id, cellId: run.cellId, sessionId };
  return { state, effects: [effect] };
}
