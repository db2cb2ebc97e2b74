import type { RunId } from '#lib/core/ids.ts';
import type { SessionEventOf } from './event.ts';
import { withNext } from './reduce-run.ts';
import { withEntry } from './shared-map.ts';
import type { NotebookRunState, QueueHold, Reduced } from './state.ts';

/** How many answers to requests are remembered, and how many runs in them. The newest always is. */
const mostAnswers = 200;
const mostAnsweredRuns = 20_000;

/** What is listed and waits comes first, in this order; what is not listed keeps its order behind. */
export function arrangeQueue(queue: readonly RunId[], order: readonly RunId[]): readonly RunId[] {
  const waiting = new Set(queue);
  return [...order, ...queue].filter((id) => waiting.delete(id));
}

export function reorderQueue(state: NotebookRunState, event: SessionEventOf<'QueueReordered'>): Reduced {
  const session = state.sessions.get(event.sessionId);
  if (session === undefined) return { state, effects: [] };
  const queue = arrangeQueue(session.queue, event.runIds);
  if (queue.every((id, place) => id === session.queue[place])) return { state, effects: [] };
  const sessions = withEntry(state.sessions, event.sessionId, { ...session, queue });
  return withNext({ ...state, sessions }, event.sessionId);
}

/** Nothing leaves the queue any more. What an interrupt has held a person may hold for good, not the other way round. */
export function holdQueue(state: NotebookRunState, event: SessionEventOf<'QueueHeld'>): NotebookRunState {
  const { sessionId, why, by, at } = event;
  const session = state.sessions.get(sessionId);
  if (session === undefined || session.held?.why === 'asked' || session.held?.why === why) return state;
  // An interrupt with nothing behind it concerns no queue: what is asked for later is meant to run.
  if (why === 'interrupted' && session.queue.length === 0) return state;
  const held: QueueHold = { why, by, at };
  return { ...state, sessions: withEntry(state.sessions, sessionId, { ...session, held }) };
}

export function releaseQueue(state: NotebookRunState, event: SessionEventOf<'QueueReleased'>): Reduced {
  const session = state.sessions.get(event.sessionId);
  if (session === undefined || session.held === null) return { state, effects: [] };
  const sessions = withEntry(state.sessions, event.sessionId, { ...session, held: null });
  return withNext({ ...state, sessions }, event.sessionId);
}

export function setStopOnError(state: NotebookRunState, event: SessionEventOf<'StopOnErrorSet'>): NotebookRunState {
  const session = state.sessions.get(event.sessionId);
  if (session === undefined || session.stopOnError === event.stop) return state;
  return { ...state, sessions: withEntry(state.sessions, event.sessionId, { ...session, stopOnError: event.stop }) };
}

export function answerRequest(
  state: NotebookRunState,
  { requestId, runIds }: SessionEventOf<'RequestAnswered'>,
): NotebookRunState {
  if (state.answered.has(requestId)) return state;
  const answered = new Map(state.answered).set(requestId, runIds);
  let runs = 0;
  for (const ids of answered.values()) runs += ids.length;
  for (const [oldest, ids] of answered) {
    if (oldest === requestId || (answered.size <= mostAnswers && runs <= mostAnsweredRuns)) break;
    answered.delete(oldest);
    runs -= ids.length;
  }
  return { ...state, answered };
}
