import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import { runId as asRunId, type CellId, type PrincipalId, type RunId, type SessionId } from '#lib/core/ids.ts';
import type { SessionEvent } from '#lib/core/session/event.ts';
import { findWaitingRun } from '#lib/core/session/reduce-run.ts';
import type { NotebookRunState } from '#lib/core/session/state.ts';
import type { SourcePort } from '#server/document/results-port.ts';
import { findSession } from './find-session.ts';
import { refuseCells } from './refuse-cells.ts';
import type { RunsAnswer, RunsRequest } from './runs-request.ts';
import type { SessionEffects } from './session-effects.ts';
import type { SessionKernels } from './session-kernels.ts';

const sourceWaitMs = 5_000;

/** What requests of runs need of the session host. */
export type RunParts = {
  readonly source: SourcePort;
  readonly effects: SessionEffects;
  readonly kernels: SessionKernels;
  readonly state: () => NotebookRunState;
  readonly stopped: () => boolean;
  readonly dispatch: (events: readonly SessionEvent[]) => void;
  /** Several dispatches as one write. */
  readonly gather: (work: () => void) => void;
};

/** What people ask for of runs in one notebook: run, cancel, interrupt. */
export class SessionRuns {
  readonly #parts: RunParts;

  constructor(parts: RunParts) {
    this.#parts = parts;
  }

  /**
   * Queues runs of code cells. A cell that already waits keeps its place; one that runs and was not changed since is not
   * queued again unless that is asked for.
   */
  async request(request: RunsRequest): Promise<RunsAnswer | Fault> {
    const { cellIds, sessionId, stateVector, by, requestId, again = false } = request;
    const { source, effects, state, stopped, dispatch, gather } = this.#parts;
    if (stateVector !== null && !(await source.whenHas(stateVector, sourceWaitMs))) {
      return fault(
        'document.behind',
        'The server has not received your last edits yet, so nothing was run.',
        'Run again.',
      );
    }
    if (stopped()) return fault('server.stopping', 'This notebook is being closed.', 'Try again.');
    const answered = requestId === undefined ? undefined : state().answered.get(requestId);
    if (answered !== undefined) return { runIds: answered, alreadyRunning: [] };
    const session = findSession(state(), sessionId);
    if (isFault(session)) return session;
    if (session.status === 'dead') {
      return fault('kernel.dead', 'The kernel is dead, so nothing was run.', 'Restart it, or pick another kernel.');
    }
    const refused = refuseCells(source, cellIds);
    if (refused !== null) return refused;
    const runIds: RunId[] = [];
    const alreadyRunning: CellId[] = [];
    const { id } = session.binding;
    gather(() => {
      for (const cellId of cellIds) {
        const waiting = findWaitingRun(state(), id, cellId);
        const running = waiting === undefined && !again ? this.#runningAsIs(id, cellId) : undefined;
        const runId = waiting ?? running ?? asRunId(effects.randomId());
        if (running !== undefined && !runIds.includes(running)) alreadyRunning.push(cellId);
        runIds.push(runId);
        if (waiting !== undefined || running !== undefined) continue;
        dispatch([{ type: 'RunRequested', at: effects.now(), by, runId, cellId, sessionId: id }]);
      }
      // In the journal with the runs themselves: a request is known as answered exactly when its runs are there.
      if (requestId !== undefined) {
        dispatch([{ type: 'RequestAnswered', at: effects.now(), by, requestId, runIds: [...runIds] }]);
      }
    });
    return { runIds, alreadyRunning };
  }

  /** Takes waiting runs out of the queues; answers how many. Running ones are left alone. */
  cancelWaiting(runIds: readonly RunId[] | null, by: PrincipalId, reason = 'cancelled'): number {
    const { effects, state, dispatch } = this.#parts;
    const meant = runIds === null ? null : new Set(runIds);
    const waiting = [...state().runs.values()].filter(
      (run) => run.state === 'queued' && (meant === null || meant.has(run.id)),
    );
    if (waiting.length === 0) return 0;
    dispatch([{ type: 'RunsCancelled', at: effects.now(), by, runIds: waiting.map(({ id }) => id), reason }]);
    return waiting.length;
  }

  /** One run, whatever it does: a waiting one is taken out, a running one interrupted. */
  async cancel(runId: RunId, by: PrincipalId): Promise<Fault | null> {
    const { state } = this.#parts;
    const run = state().runs.get(runId);
    if (run === undefined) return fault('run.notFound', 'This run is no longer known.');
    if (run.state === 'queued') this.cancelWaiting([runId], by);
    return run.state === 'running' ? this.interrupt(run.sessionId, by) : null;
  }

  /** Stops the running cell of a session, and that alone: what waits behind it is held until somebody decides. */
  async interrupt(id: RunsRequest['sessionId'], by: PrincipalId): Promise<Fault | null> {
    const { state, effects, dispatch, kernels } = this.#parts;
    const session = findSession(state(), id);
    if (isFault(session)) return session;
    const sessionId = session.binding.id;
    const holds = session.running !== null && session.queue.length > 0 && session.held === null;
    // Before the kernel hears of it: the error that it will answer with must find the queue held.
    if (holds) dispatch([{ type: 'QueueHeld', at: effects.now(), by, sessionId, why: 'interrupted' }]);
    const failed = await kernels.interruptRun(sessionId);
    if (failed !== null && holds && state().sessions.get(sessionId)?.held?.why === 'interrupted') {
      dispatch([{ type: 'QueueReleased', at: effects.now(), by, sessionId }]);
    }
    return failed;
  }

  /** The run of a cell that is in flight, when the cell's source is still what runs. */
  #runningAsIs(id: SessionId, cellId: CellId): RunId | undefined {
    const { state, source } = this.#parts;
    const runId = state().sessions.get(id)?.running ?? undefined;
    const run = runId === undefined ? undefined : state().runs.get(runId);
    if (run?.cellId !== cellId) return undefined;
    // What a log does not say was sent is taken for the same.
    return run.source === null || run.source === source.source(cellId) ? runId : undefined;
  }
}
