import type { SessionEventOf } from './event.ts';
import { cancelAll, endRun, openDraft } from './reduce-run.ts';
import { withEntry } from './shared-map.ts';
import type { NotebookRunState, Reduced, SessionState } from './state.ts';

/** Why runs ended with their kernel. */
export const kernelDied = 'the kernel died';

/** Ends what ran and what waited, and keeps what is known of the end. Nothing is run again by itself. */
export function endKernel(state: NotebookRunState, event: SessionEventOf<'KernelDied'>): Reduced {
  const session = state.sessions.get(event.sessionId);
  if (session === undefined) return { state, effects: [] };
  const draft = openDraft(state);
  draft.sessions = withEntry(draft.sessions, event.sessionId, {
    ...session,
    death: event.death,
    ran: [],
    usedAt: event.at,
    idleEnd: null,
  });
  const running = session.running === null ? undefined : draft.runs.get(session.running);
  // Waiting ones first: a cell that runs and waits must not show the waiting run when the running one ends.
  const why = event.death.idleMinutes === null ? kernelDied : 'the kernel was shut down because nobody used it';
  cancelAll(draft, session.queue, why, event.at);
  if (running !== undefined) endRun(draft, running, 'lost', why, event.at);
  return { state: draft, effects: [] };
}

/** Changes what is known of a session's kernel beside its status. */
export function noteKernel(
  state: NotebookRunState,
  event: SessionEventOf<
    'DeathExplained' | 'DeathDismissed' | 'KernelRenewed' | 'SessionUsed' | 'IdleAnnounced' | 'CellsRan'
  >,
): NotebookRunState {
  const session = state.sessions.get(event.sessionId);
  if (session === undefined) return state;
  const noted = change(session, event);
  return noted === session ? state : { ...state, sessions: withEntry(state.sessions, event.sessionId, noted) };
}

function change(session: SessionState, event: Parameters<typeof noteKernel>[1]): SessionState {
  switch (event.type) {
    case 'DeathExplained':
      return session.death === null ? session : { ...session, death: { ...session.death, exit: event.exit } };
    case 'DeathDismissed':
      return session.death === null ? session : { ...session, death: null };
    case 'KernelRenewed':
      return { ...session, death: null, ran: [], usedAt: event.at, idleEnd: null };
    case 'SessionUsed':
      return { ...session, usedAt: event.at, idleEnd: null };
    case 'IdleAnnounced':
      return session.idleEnd === event.end ? session : { ...session, idleEnd: event.end };
    case 'CellsRan':
      return { ...session, ran: event.cellIds };
  }
}
