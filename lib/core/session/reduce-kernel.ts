import type { HeardNumbers } from '#lib/core/kernel/message-numbers.ts';
import { withRange } from '#lib/core/kernel/number-ranges.ts';
import type { SessionEventOf } from './event.ts';
import { cancelAll, endRun, openDraft, withNext } from './reduce-run.ts';
import { kernelDied } from './reduce-death.ts';
import { withEntry, withoutEntry } from './shared-map.ts';
import type { NotebookRunState, Reduced } from './state.ts';

export function bindSession(state: NotebookRunState, event: SessionEventOf<'SessionBound'>): NotebookRunState {
  const present = state.sessions.get(event.session.id);
  const sessions = withEntry(state.sessions, event.session.id, {
    binding: event.session,
    cluster: present?.cluster ?? null,
    status: 'starting',
    reason: null,
    running: present?.running ?? null,
    queue: present?.queue ?? [],
    heard: present?.binding.kernelId === event.session.kernelId ? present.heard : [],
    others: 0,
    ran: present?.ran ?? [],
    usedAt: event.at,
    idleEnd: null,
    death: present?.death ?? null,
    held: present?.held ?? null,
    stopOnError: present?.stopOnError ?? true,
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
  const why = died ? kernelDied : (event.reason ?? 'the kernel was restarted');
  const running = session.running === null ? undefined : draft.runs.get(session.running);
  // Waiting ones first: a cell that runs and waits must not show the waiting run when the running one ends.
  cancelAll(draft, session.queue, why, event.at);
  if (running !== undefined) endRun(draft, running, died ? 'lost' : 'cancelled', why, event.at);
  return { state: draft, effects: [] };
}

/** Takes note of a number. iopub is in order, so its highest number says enough; others are kept one by one above it. */
export function hearKernel(state: NotebookRunState, event: SessionEventOf<'KernelHeard'>): NotebookRunState {
  const session = state.sessions.get(event.sessionId);
  const prefix = event.prefix ?? session?.heard.at(-1)?.prefix;
  if (session === undefined || prefix === undefined) return state;
  const known = session.heard.find((one) => one.prefix === prefix);
  const heard = [...session.heard.filter((one) => one !== known), withNumber(known, prefix, event)];
  const sessions = withEntry(state.sessions, event.sessionId, { ...session, heard: heard.slice(-mostProcesses) });
  return { ...state, sessions };
}

function withNumber(
  known: HeardNumbers | undefined,
  prefix: string,
  { n, aside, foreign, from = n }: SessionEventOf<'KernelHeard'>,
): HeardNumbers {
  const before = known?.own ?? [];
  const own = foreign === true ? before : withRange(before, { from, to: n }).slice(-mostOwn);
  if (known === undefined) return { prefix, to: n, beyond: [], own };
  if (n <= known.to) return own === before ? known : { ...known, own };
  const { beyond } = known;
  if (aside !== true) return { prefix, to: n, beyond: beyond.filter((one) => one > n), own };
  return { ...known, own, beyond: beyond.includes(n) ? beyond : [...beyond, n].slice(-mostAside) };
}

/** Processes of one kernel, with those that it forked; replies heard before iopub came as far; stretches of own words. */
const mostProcesses = 8;
const mostAside = 64;
const mostOwn = 32;

export function bindCluster(state: NotebookRunState, event: SessionEventOf<'ClusterBound'>): NotebookRunState {
  const session = state.sessions.get(event.sessionId);
  if (session === undefined) return state;
  const cluster = event.cluster === null ? null : { ...event.cluster, reason: event.reason ?? null };
  return { ...state, sessions: withEntry(state.sessions, event.sessionId, { ...session, cluster }) };
}

export function shareKernel(state: NotebookRunState, event: SessionEventOf<'KernelShared'>): NotebookRunState {
  const session = state.sessions.get(event.sessionId);
  if (session === undefined || session.others === event.others) return state;
  return { ...state, sessions: withEntry(state.sessions, event.sessionId, { ...session, others: event.others }) };
}
