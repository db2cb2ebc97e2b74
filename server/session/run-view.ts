import type { z } from 'zod';
import { findWaitingRun } from '#lib/core/session/reduce-input.ts';
import type { RunId } from '#lib/core/ids.ts';
import type { NotebookRunState, Run, SessionState } from '#lib/core/session/state.ts';
import type { SessionView } from '#lib/protocol/http/kernels.ts';
import type { queueViewSchema } from '#lib/protocol/http/queues.ts';
import type { runViewSchema } from '#lib/protocol/http/runs.ts';

export type RunView = z.infer<typeof runViewSchema>;

/** A run as the API shows it. */
export function runView(run: Run, path: string): RunView {
  const { id, cellId, sessionId, state, outcome, reason, queuedAt, startedAt, finishedAt } = run;
  return { id, path, cellId, sessionId, state, outcome, reason, queuedAt, startedAt, finishedAt };
}

export type QueueView = z.infer<typeof queueViewSchema>;

/** A queue as the API shows it. */
export function queueView(session: SessionState, { runs }: NotebookRunState, path: string): QueueView {
  const { binding, running, queue, held, stopOnError } = session;
  const shown = (id: RunId) => {
    const run = runs.get(id);
    return run === undefined ? [] : [runView(run, path)];
  };
  return {
    sessionId: binding.id,
    running: running === null ? null : (shown(running)[0] ?? null),
    waiting: queue.flatMap(shown),
    held: held?.why ?? null,
    stopOnError,
  };
}

/** A session as the API shows it: without the Jupyter client id. */
export function sessionView(state: NotebookRunState, session: SessionState, path: string): SessionView {
  const { clientId: _, ...binding } = session.binding;
  return {
    ...binding,
    path,
    cluster: session.cluster,
    status: session.status,
    running: session.running === null ? 0 : 1,
    queued: session.queue.length,
    idleEnd: session.idleEnd,
    waitsForInput: findWaitingRun(state, session.binding.id) !== null,
  };
}
