import { fault, type Fault } from '#lib/core/fault.ts';
import type { SessionId } from '#lib/core/ids.ts';
import type { NotebookRunState, SessionState } from '#lib/core/session/state.ts';

/** The session of this id, or the first one, which is where cells run. */
export function findSession(state: NotebookRunState, id: SessionId | undefined): SessionState | Fault {
  const session = id === undefined ? state.sessions.values().next().value : state.sessions.get(id);
  if (session !== undefined) return session;
  return id === undefined
    ? fault('session.none', 'The notebook has no kernel yet.', 'Pick a kernel.')
    : fault('session.notFound', 'This session has ended.', 'Pick a kernel for the notebook again.');
}

export function hasOpenRuns(state: NotebookRunState): boolean {
  for (const run of state.runs.values()) if (run.finishedAt === null) return true;
  return false;
}
