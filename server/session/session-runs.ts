import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import { runId as asRunId, type PrincipalId, type RunId } from '#lib/core/ids.ts';
import type { SessionEvent } from '#lib/core/session/event.ts';
import { findWaitingRun } from '#lib/core/session/reduce-run.ts';
import type { NotebookRunState } from '#lib/core/session/state.ts';
import type { SourcePort } from '#server/document/results-port.ts';
import { findSession } from './find-session.ts';
import { refuseCells } from './refuse-cells.ts';
import type { RunsRequest } from './runs-request.ts';
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

/** What people ask of the queue of one notebook: run, cancel. */
export class SessionRuns {
  readonly #parts: RunParts;

  constructor(parts: RunParts) {
    this.#parts = parts;
  }

  /** Queues runs of code cells and answers their ids, in the order asked; a cell that already waits keeps its place. */
  async request({ cellIds, sessionId, stateVector, by }: RunsRequest): Promise<readonly RunId[] | Fault> {
    const { source, effects, state, stopped, dispatch, gather } = this.#parts;
    if (stateVector !== null && !(await source.whenHas(stateVector, sourceWaitMs))) {
      return fault(
        'document.behind',
        'The server has not received your last edits yet, so nothing was run.',
        'Run again.',
      );
    }
    if (stopped()) return fault('server.stopping', 'This notebook is being closed.', 'Try again.');
    const session = findSession(state(), sessionId);
    if (isFault(session)) return session;
    if (session.status === 'dead') {
      return fault('kernel.dead', 'The kernel is dead, so nothing was run.', 'Restart it, or pick another kernel.');
    }
    const refused = refuseCells(source, cellIds);
    if (refused !== null) return refused;
    const runIds: RunId[] = [];
    const { id } = session.binding;
    gather(() => {
      for (const cellId of cellIds) {
        const waiting = findWaitingRun(state(), id, cellId);
        const runId = waiting ?? asRunId(effects.randomId());
        runIds.push(runId);
        if (waiting !== undefined) continue;
        dispatch([{ type: 'RunRequested', at: effects.now(), by, runId, cellId, sessionId: id }]);
      }
    });
    return runIds;
  }

  /** Takes waiting runs out of the queues; answers how many. Running ones are left alone. */
  cancelWaiting(runIds: readonly RunId[] | null, by: PrincipalId, reason = 'cancelled'): number {
    const { effects, state, dispatch } = this.#parts;
    const waiting = [...state().runs.values()].filter(
      (run) => run.state === 'queued' && (runIds === null || runIds.includes(run.id)),
    );
    const ended = { type: 'RunFinished', at: effects.now(), by, outcome: 'cancelled', reason } as const;
    dispatch(waiting.map((run) => ({ ...ended, runId: run.id })));
    return waiting.length;
  }

  /** One run, whatever it does: a waiting one is taken out, a running one interrupted. */
  async cancel(runId: RunId, by: PrincipalId): Promise<Fault | null> {
    const { kernels, state } = this.#parts;
    const run = state().runs.get(runId);
    if (run === undefined) return fault('run.notFound', 'This run is no longer known.');
    if (run.state === 'queued') this.cancelWaiting([runId], by);
    return run.state === 'running' ? kernels.interruptRun(run.sessionId) : null;
  }

  /** Stops the running cell of a session; what waits behind it is cancelled. */
  async interrupt(id: RunsRequest['sessionId'], by: PrincipalId): Promise<Fault | null> {
    const session = findSession(this.#parts.state(), id);
    if (isFault(session)) return session;
    this.cancelWaiting(session.queue, by, 'the kernel was interrupted');
    return this.#parts.kernels.interruptRun(session.binding.id);
  }
}
