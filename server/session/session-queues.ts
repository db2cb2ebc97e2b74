import { isFault, type Fault } from '#lib/core/fault.ts';
import type { PrincipalId, RunId, SessionId } from '#lib/core/ids.ts';
import type { SessionEvent } from '#lib/core/session/event.ts';
import type { NotebookRunState, SessionState } from '#lib/core/session/state.ts';
import type { SourcePort } from '#server/document/results-port.ts';
import { findSession } from './find-session.ts';
import { queueView, type QueueView } from './run-view.ts';
import type { SessionEffects } from './session-effects.ts';

export type QueueParts = {
  readonly source: Pick<SourcePort, 'path'>;
  readonly effects: SessionEffects;
  readonly state: () => NotebookRunState;
  readonly dispatch: (events: readonly SessionEvent[]) => void;
};

/** What of a queue is to be otherwise; what is left out stays as it is. */
export type QueueChange = {
  /** What runs next, in this order; the rest keeps its order behind. */
  readonly order?: readonly RunId[] | undefined;
  readonly held?: boolean | undefined;
  readonly stopOnError?: boolean | undefined;
};

/** What people do with what waits in one notebook: its order, and whether it goes on. */
export class SessionQueues {
  readonly #parts: QueueParts;

  constructor(parts: QueueParts) {
    this.#parts = parts;
  }

  view(id: SessionId): QueueView | Fault {
    const { state, source } = this.#parts;
    const session = findSession(state(), id);
    return isFault(session) ? session : queueView(session, state(), source.path);
  }

  /** Without an id the notebook's first session is meant. Answers the session as it is afterwards. */
  change(id: SessionId | undefined, change: QueueChange, by: PrincipalId): SessionState | Fault {
    const { effects, state, dispatch } = this.#parts;
    const session = findSession(state(), id);
    if (isFault(session)) return session;
    const sessionId = session.binding.id;
    const stamp = { at: effects.now(), by, sessionId };
    const { order, held, stopOnError } = change;
    const events: SessionEvent[] = [];
    if (held === true) events.push({ type: 'QueueHeld', ...stamp, why: 'asked' });
    if (stopOnError !== undefined) events.push({ type: 'StopOnErrorSet', ...stamp, stop: stopOnError });
    if (order !== undefined) events.push({ type: 'QueueReordered', ...stamp, runIds: [...order] });
    // Last: what leaves first is the head of the new order.
    if (held === false) events.push({ type: 'QueueReleased', ...stamp });
    dispatch(events);
    return findSession(state(), sessionId);
  }
}
