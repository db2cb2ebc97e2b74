import { showToast, type ToastMessage } from '#components/ui/toast.tsx';
import { callApi } from '#lib/client/api.ts';
import { type Fault, isFault } from '#lib/core/fault.ts';
import type { GatewayId } from '#lib/core/ids.ts';
import type { IdleSettings } from '#lib/core/settings.ts';

export type IdlePolicies = {
  /** By gateway; null until they were read. */
  readonly minutes: IdleSettings['minutes'] | null;
  /** Why they could not be read. */
  readonly fault: Fault | null;
};

/** What the store asks of the server, and says. */
export type IdleEffects = { readonly call: typeof callApi; readonly tell: (message: ToastMessage) => void };

const unread: IdlePolicies = { minutes: null, fault: null };

/**
 * After how many minutes without use kernels are shut down, by gateway. The server keeps them as one value: changes are
 * made one after the other, each to what was read just before it.
 */
export class IdleStore {
  readonly #effects: IdleEffects;
  readonly #listeners = new Set<() => void>();
  #state = unread;
  #reading: Promise<void> | null = null;
  /** The last change, which the next one waits for. */
  #changing: Promise<void> = Promise.resolve();

  constructor(effects: IdleEffects = { call: callApi, tell: showToast }) {
    this.#effects = effects;
  }

  readonly getSnapshot = (): IdlePolicies => this.#state;
  readonly getInitial = (): IdlePolicies => unread;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Reads them; calls while an answer is awaited share it. */
  load(): Promise<void> {
    this.#reading ??= this.#read().then(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  /** Null: kernels of this gateway are kept. */
  change(gateway: GatewayId, minutes: number | null): Promise<void> {
    this.#changing = this.#changing.then(() => this.#change(gateway, minutes));
    return this.#changing;
  }

  async #change(gateway: GatewayId, minutes: number | null): Promise<void> {
    // Another tab may have set that of another gateway.
    const present = await this.#read();
    if (isFault(present)) return this.#refused(present, gateway, minutes);
    const { [gateway]: _, ...others } = present;
    const next = minutes === null ? others : { ...others, [gateway]: minutes };
    const answer = await this.#effects.call('changeSettings', { body: { idle: { minutes: next } } });
    if (isFault(answer)) return this.#refused(answer, gateway, minutes);
    this.#set({ minutes: answer.idle.minutes, fault: null });
  }

  #refused({ message }: Fault, gateway: GatewayId, minutes: number | null): void {
    this.#effects.tell({
      id: `idle ${gateway}`,
      kind: 'error',
      title: 'The setting was not changed',
      description: message,
      action: { label: 'Try again', run: () => void this.change(gateway, minutes) },
    });
  }

  async #read(): Promise<Fault | IdleSettings['minutes']> {
    const answer = await this.#effects.call('readSettings');
    if (isFault(answer)) {
      this.#set({ fault: answer });
      return answer;
    }
    this.#set({ minutes: answer.idle.minutes, fault: null });
    return answer.idle.minutes;
  }

  #set(part: Partial<IdlePolicies>): void {
    this.#state = { ...this.#state, ...part };
    for (const listener of this.#listeners) listener();
  }
}

export const idlePolicies = new IdleStore();
