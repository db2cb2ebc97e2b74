import type { Death } from './death.ts';
import type { NotebookRunState, SessionState } from './state.ts';

/** What the end of a session's kernel means, before it is in the log. A kernel that dies at once again adds nothing. */
export function describeDeath(
  state: NotebookRunState,
  session: SessionState,
  {
    at,
    restarted,
    memory,
    idleMinutes = null,
  }: Pick<Death, 'at' | 'restarted' | 'memory'> & Partial<Pick<Death, 'idleMinutes'>>,
): Death {
  const running = session.running === null ? undefined : state.runs.get(session.running);
  const again = session.death !== null && running === undefined && session.ran.length === 0;
  return {
    at,
    cellId: running?.cellId ?? (again ? (session.death?.cellId ?? null) : null),
    cancelled: session.queue.length,
    restarted,
    ran: again ? [...(session.death?.ran ?? [])] : [...session.ran],
    idleMinutes,
    exit: null,
    memory: [...memory],
  };
}
