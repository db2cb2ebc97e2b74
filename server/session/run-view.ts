import type { z } from 'zod';
import { findWaitingRun } from '#lib/core/session/reduce-input.ts';
import type { NotebookRunState, Run, SessionState } from '#lib/core/session/state.ts';
import type { SessionView } from '#lib/protocol/http/kernels.ts';
import type { runViewSchema } from '#lib/protocol/http/runs.ts';

export type RunView = z.infer<typeof runViewSchema>;

/** A run as the API shows it. */
export function runView(run: Run, path: string): RunView {
  const { id, cellId, sessionId, state, outcome, reason, queuedAt, startedAt, finishedAt } = run;
  return { id, path, cellId, sessionId, state, outcome, reason, queuedAt, startedAt, finishedAt };
}

/** A session as the API shows it: without the Jupyter client id. */
export function sessionView(state: NotebookRunState, session: SessionState, path: string): SessionView {
  const { clientId: _, ...binding } = session.binding;
  return {
    ...binding,
    path,
    status: session.status,
    running: session.running === null ? 0 : 1,
    queued: session.queue.length,
    waitsForInput: findWaitingRun(state, session.binding.id) !== null,
  };
}
