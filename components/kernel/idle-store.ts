import { callApi } from '#lib/client/api.ts';
import { type Fault, isFault } from '#lib/core/fault.ts';
import type { IdleSettings } from '#lib/core/settings.ts';

export type IdlePolicies = {
  /** By gateway; null until they were read. */
  readonly minutes: IdleSettings['minutes'] | null;
  /** Why they could not be read. */
  readonly fault: Fault | null;
};

/** What the store asks of the server. */
export type IdleEffects = { readonly call: typeof callApi };

const unread: IdlePolicies = { minutes: null, fault: null };

/** After how many minutes without use kernels are shut down, by gateway, as the settings of the workspace say. */
export class IdleStore {
  readonly #effects: IdleEffects;
  readonly #listeners = new Set<() => void>();
  #state = unread;
  #reading: Promise<void> | null = null;

  constructor(effects: IdleEffects = { call: callApi }) {
    this.#effects = effects;
  }

  readonly getSnapshot = (): IdlePolicies => this.#state;
  readonly getInitial = (): IdlePolicies => unread;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Reads them; calls while an answer is awaited share it. What was known stays when that fails. */
  load(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  async #read(): Promise<void> {
    const answer = await this.#effects.call('readSettings');
    this.#state = isFault(answer) ? { ...this.#state, fault: answer } : { minutes: answer.idle.minutes, fault: null };
    for (const listener of this.#listeners) listener();
  }
}

export const idlePolicies = new IdleStore();
