import { isFault, type Fault } from '#lib/core/fault.ts';
import type { PrincipalId, SessionId } from '#lib/core/ids.ts';
import { describeDeath } from '#lib/core/session/describe-death.ts';
import type { SessionEvent } from '#lib/core/session/event.ts';
import type { NotebookRunState } from '#lib/core/session/state.ts';
import { sayMinutes } from '#lib/core/kernel/idle-policy.ts';
import type { GatewayDirectory } from './find-binding.ts';
import { findSession } from './find-session.ts';
import type { SessionEffects } from './session-effects.ts';

export type IdleParts = {
  readonly gateways: GatewayDirectory;
  readonly effects: Pick<SessionEffects, 'now'>;
  readonly by: PrincipalId;
  readonly state: () => NotebookRunState;
  readonly dispatch: (events: readonly SessionEvent[]) => void;
};

/** What the log of one notebook says of a kernel that nobody uses. Decided by `IdleCuller`, for all notebooks at once. */
export class SessionIdle {
  readonly #parts: IdleParts;

  constructor(parts: IdleParts) {
    this.#parts = parts;
  }

  announce(id: SessionId, end: number | null): void {
    const { state, dispatch } = this.#parts;
    const present = state().sessions.get(id)?.idleEnd;
    if (present === undefined || present === end) return;
    dispatch([{ type: 'IdleAnnounced', ...this.#stamp(), sessionId: id, end }]);
  }

  /** A person wants the kernel to stay: it counts as used now. */
  keep(id: SessionId, by: PrincipalId): Fault | null {
    const { state, dispatch, effects } = this.#parts;
    const session = findSession(state(), id);
    if (isFault(session)) return session;
    dispatch([{ type: 'SessionUsed', at: effects.now(), by, sessionId: id }]);
    return null;
  }

  async shutDown(id: SessionId): Promise<Fault | null> {
    const session = findSession(this.#parts.state(), id);
    if (isFault(session)) return session;
    const gateway = this.#parts.gateways.port(session.binding.gatewayId);
    return isFault(gateway) ? gateway : gateway.shutdownKernel(session.binding.kernelId);
  }

  /** The kernel was shut down: the notebook says so, and can start and replay it. */
  ended(id: SessionId, minutes: number): void {
    const { state, dispatch } = this.#parts;
    const session = state().sessions.get(id);
    if (session === undefined) return;
    const { at, by } = this.#stamp();
    const death = describeDeath(state(), session, { at, restarted: false, memory: [], idleMinutes: minutes });
    const reason = `shut down: idle for ${sayMinutes(minutes)}`;
    dispatch([
      { type: 'KernelDied', at, by, sessionId: id, death },
      { type: 'KernelStatusChanged', at, by, sessionId: id, status: 'dead', reason },
    ]);
  }

  #stamp(): { at: number; by: PrincipalId } {
    return { at: this.#parts.effects.now(), by: this.#parts.by };
  }
}
