import { idleEnd, idleStep, type IdleFacts } from '#lib/core/kernel/idle-policy.ts';
import type { GatewayId, SessionId } from '#lib/core/ids.ts';
import type { SessionState } from '#lib/core/session/state.ts';
import type { SessionEffects } from './session-effects.ts';
import type { SessionHost } from './session-host.ts';

export type CullerParts = {
  readonly hosts: () => Iterable<SessionHost>;
  /** The policy of a gateway, in minutes; null: its kernels are kept. */
  readonly minutes: (gateway: GatewayId) => number | null;
  readonly effects: Pick<SessionEffects, 'now' | 'after' | 'report'>;
};

const everyMs = 10_000;

type Place = { readonly host: SessionHost; readonly sessionId: SessionId };
type User = { readonly host: SessionHost; readonly session: SessionState };

/**
 * Shuts down kernels that nobody has used for as long as their gateway's policy says. It is up to us: a gateway that has
 * such a policy of its own does not apply it to kernels that are connected, and ours always are. The end is announced in
 * every notebook that uses the kernel; the times that decide are in their logs.
 */
export class IdleCuller {
  readonly #parts: CullerParts;
  #callOff: (() => void) | null = null;

  constructor(parts: CullerParts) {
    this.#parts = parts;
  }

  run(): void {
    this.#callOff = this.#parts.effects.after(everyMs, () => {
      const again = (): void => {
        if (this.#callOff !== null) this.run();
      };
      this.sweep()
        .catch((error: unknown) => this.#parts.effects.report(`idle kernels could not be looked at: ${String(error)}`))
        .finally(again);
    });
  }

  stop(): void {
    this.#callOff?.();
    this.#callOff = null;
  }

  /** Looks at all kernels once. */
  async sweep(): Promise<void> {
    for (const places of this.#kernels().values()) {
      // As they are now: while an earlier kernel was shut down somebody may have begun to use this one.
      const users = places.flatMap(({ host, sessionId }): User[] => {
        const session = host.state().sessions.get(sessionId);
        return session === undefined ? [] : [{ host, session }];
      });
      const gateway = users[0]?.session.binding.gatewayId;
      if (gateway !== undefined) await this.#look(users, this.#parts.minutes(gateway));
    }
  }

  async #look(users: readonly User[], minutes: number | null): Promise<void> {
    const end = idleEnd(
      users.map(({ session }) => factsOf(session)),
      minutes,
    );
    const ends = users.map(({ session }) => session.idleEnd);
    const told = ends.includes(null) ? null : Math.max(...ends.map((one) => one ?? 0));
    const step = idleStep(end, this.#parts.effects.now(), told, minutes ?? 0);
    switch (step.do) {
      case 'nothing':
        // Somebody used the kernel from another notebook.
        if (told === null) this.#announce(users, null);
        return;
      case 'withdraw':
        return this.#announce(users, null);
      case 'announce':
        return this.#announce(users, step.end);
      case 'end':
        return this.#end(users, minutes ?? 0);
    }
  }

  #announce(users: readonly User[], end: number | null): void {
    for (const { host, session } of users) host.idle.announce(session.binding.id, end);
  }

  async #end(users: readonly User[], minutes: number): Promise<void> {
    const [first] = users;
    if (first === undefined) return;
    for (const { host, session } of users) host.kernels.closeLink(session.binding.id);
    const failed = await first.host.idle.shutDown(first.session.binding.id);
    for (const { host, session } of users) {
      if (failed === null) host.idle.ended(session.binding.id, minutes);
      else host.kernels.connectAgain(session.binding.id);
    }
    if (failed !== null) this.#parts.effects.report(`an idle kernel was not shut down: ${failed.message}`);
  }

  #kernels(): ReadonlyMap<string, readonly Place[]> {
    const kernels = new Map<string, Place[]>();
    for (const host of this.#parts.hosts()) {
      for (const session of host.state().sessions.values()) {
        const { gatewayId, kernelId, id } = session.binding;
        const key = `${gatewayId} ${kernelId}`;
        kernels.set(key, [...(kernels.get(key) ?? []), { host, sessionId: id }]);
      }
    }
    return kernels;
  }
}

/** A run that asks something is a run. Another front end at the kernel may be using it. */
function factsOf(session: SessionState): IdleFacts {
  const { status, running, queue, others, usedAt } = session;
  return { status, working: running !== null || queue.length > 0 || others > 0, usedAt };
}
