import { fault, type Fault } from '#lib/core/fault.ts';
import type { PrincipalId, SessionId } from '#lib/core/ids.ts';
import { isLaunchOver, type Launch, type LaunchEvent, reduceLaunch } from '#lib/core/kernel/launch.ts';
import type { SessionEvent } from '#lib/core/session/event.ts';
import type { SessionEffects } from './session-effects.ts';

export type LaunchParts = {
  readonly effects: Pick<SessionEffects, 'now' | 'after' | 'randomId'>;
  /** Ends the session of a launch that is called off; with `shutdown` its kernel as well. */
  readonly end: (id: SessionId, how: { readonly shutdown: boolean }, by: PrincipalId) => Promise<Fault | null>;
};

/** One start, for whoever carries it out. */
export type LaunchTurn = {
  /** For the gateway: when to stop, and whom to tell what is waited for. */
  readonly launch: { readonly signal: AbortSignal; readonly onReason: (text: string) => void };
  readonly queued: (text: string) => void;
  /** The kernel runs, in this session: it has to answer yet. `started`: by this launch; else it was there before. */
  readonly bound: (id: SessionId, started: boolean) => void;
  readonly failed: (why: Fault) => void;
  /** There was nothing to start. */
  readonly withdrawn: () => void;
};

/** A kernel that was started and says nothing for so long is told of; it may still come. */
const answerLimitMs = 60_000;

/**
 * The start of a kernel for one notebook, as people follow it and call it off. The newest counts: one that it takes the
 * place of goes on unseen. Volatile: what came of it is in the log.
 */
export class SessionLaunch {
  readonly #parts: LaunchParts;
  readonly #listeners = new Set<(launch: Launch | null) => void>();
  #launch: Launch | null = null;
  #controller: AbortController | null = null;
  #session: { readonly id: SessionId; readonly started: boolean } | null = null;
  #callOff: (() => void) | null = null;

  constructor(parts: LaunchParts) {
    this.#parts = parts;
  }

  get(): Launch | null {
    return this.#launch;
  }

  onChanged(listener: (launch: Launch | null) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  begin(kernelName: string, gatewayLabel: string): LaunchTurn {
    const id = this.#parts.effects.randomId();
    const controller = new AbortController();
    this.#controller = controller;
    this.#session = null;
    this.#callOff?.();
    this.#take({ type: 'LaunchAsked', ...this.#at(id), kernelName, gatewayLabel });
    const reach = (state: 'queued' | 'launching' | 'connecting') => (text: string) =>
      this.#take({ type: 'LaunchReached', ...this.#at(id), state, text });
    return {
      launch: { signal: controller.signal, onReason: reach('launching') },
      queued: reach('queued'),
      bound: (session, started) => {
        if (this.#launch?.id !== id || isLaunchOver(this.#launch)) return;
        this.#session = { id: session, started };
        reach('connecting')('connecting to the kernel, and waiting for its first word');
        this.#callOff = this.#parts.effects.after(answerLimitMs, () =>
          this.#take({ type: 'LaunchFailed', ...this.#at(id), fault: silent }),
        );
      },
      failed: (why) => this.#take({ type: 'LaunchFailed', ...this.#at(id), fault: why }),
      withdrawn: () => {
        if (this.#launch?.id === id) this.#clear();
      },
    };
  }

  /** Hears the log of the notebook: the first word of the kernel, or the end of its session. */
  hear(event: SessionEvent): void {
    const launch = this.#launch;
    if (launch === null || this.#session === null || !('sessionId' in event) || event.sessionId !== this.#session.id)
      return;
    if (event.type === 'SessionUnbound') return this.#clear();
    if (event.type !== 'KernelStatusChanged') return;
    if (event.status === 'idle' || event.status === 'busy') return this.#clear();
    const why = event.reason === undefined ? '' : `: ${event.reason}`;
    if (event.status === 'dead') this.#take({ type: 'LaunchFailed', ...this.#at(launch.id), fault: died(why) });
  }

  /** Stops the start at whatever step it is; says no more of one that is over. A kernel that was there before goes on. */
  async cancel(by: PrincipalId): Promise<Fault | null> {
    const launch = this.#launch;
    if (launch === null) return null;
    const session = this.#session;
    const over = isLaunchOver(launch);
    this.#take({ type: 'LaunchCancelled', ...this.#at(launch.id) });
    this.#controller?.abort();
    this.#clear();
    return over || session === null ? null : this.#parts.end(session.id, { shutdown: session.started }, by);
  }

  stop(): void {
    this.#controller?.abort();
    this.#callOff?.();
    this.#listeners.clear();
  }

  #clear(): void {
    this.#callOff?.();
    this.#callOff = null;
    this.#session = null;
    this.#controller = null;
    this.#set(null);
  }

  #take(event: LaunchEvent): void {
    this.#set(reduceLaunch(this.#launch, event));
    if (this.#launch !== null && isLaunchOver(this.#launch)) this.#callOff?.();
  }

  #set(launch: Launch | null): void {
    if (launch === this.#launch) return;
    this.#launch = launch;
    for (const listener of this.#listeners) listener(launch);
  }

  #at(id: string): { readonly at: number; readonly id: string } {
    return { at: this.#parts.effects.now(), id };
  }
}

const silent = fault(
  'kernel.noAnswer',
  'The kernel was started, but has said nothing for a minute.',
  'Wait a little longer, restart it, or look at the log of its gateway.',
);
const died = (why: string): Fault =>
  fault(
    'kernel.dead',
    `The kernel ended before it could answer${why}.`,
    'Choose another kernel, or look at the log of the gateway.',
  );
