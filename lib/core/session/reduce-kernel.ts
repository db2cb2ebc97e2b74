import type { SessionEventOf } from './event.ts';
import { cancelAll, endRun, openDraft, withNext } from './reduce-run.ts';
import { withEntry, withoutEntry } from './shared-map.ts';
import type { NotebookRunState, Reduced } from './state.ts';

export function bindSession(state: NotebookRunState, event: SessionEventOf<'SessionBound'>): NotebookRunState {
  const present = state.sessions.get(event.session.id);
  const sessions = withEntry(state.sessions, event.session.id, {
    binding: event.session,
    status: 'starting',
    reason: null,
    running: present?.running ?? null,
    queue: present?.queue ?? [],
  });
  return { ...state, sessions };
}

/** Lets go of a kernel: what waited or ran in the session is cancelled, its outputs stay. */
export function unbindSession(state: NotebookRunState, event: SessionEventOf<'SessionUnbound'>): Reduced {
  const session = state.sessions.get(event.sessionId);
  if (session === undefined) return { state, effects: [] };
  const draft = openDraft(state);
  const open = session.running === null ? session.queue : [session.running, ...session.queue];
  cancelAll(draft, open, event.reason, event.at);
  draft.sessions = withoutEntry(draft.sessions, event.sessionId);
  return { state: draft, effects: [{ type: 'CloseLink', sessionId: event.sessionId }] };
}

/**
 * Takes over the kernel's status. A restart cancels what waits and runs. Death loses the running run (its outputs stay)
 * and cancels what waits. A lost connection (`reconnecting`) keeps both: they may still be answered.
 */
export function changeKernelStatus(state: NotebookRunState, event: SessionEventOf<'KernelStatusChanged'>): Reduced {
  const session = state.sessions.get(event.sessionId);
  if (session === undefined) return { state, effects: [] };
  const reason = event.reason ?? null;
  if (session.status === event.status && session.reason === reason) return withNext(state, event.sessionId);
  const changed = { ...session, status: event.status, reason };
  const ends = event.status === 'restarting' || event.status === 'dead';
  if (!ends || (session.running === null && session.queue.length === 0)) {
    const sessions = withEntry(state.sessions, event.sessionId, changed);
    return withNext({ ...state, sessions }, event.sessionId);
  }
  const draft = openDraft(state);
  draft.sessions = withEntry(draft.sessions, event.sessionId, changed);
  const died = event.status === 'dead';
  const why = died ? 'the kernel died' : (event.reason ?? 'the kernel was restarted');
  const running = session.running === null ? undefined : draft.runs.get(session.running);
  // Waiting ones first: a cell that runs and waits must not show the waiting run when the running one ends.
  cancelAll(draft, session.queue, why, event.at);
  if (running !== undefined) endRun(draft, running, died ? 'lost' : 'cancelled', why, event.at);
  return { state: draft, effects: [] };
}
