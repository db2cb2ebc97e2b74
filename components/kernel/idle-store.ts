import { showToast } from '#components/ui/toast.tsx';
import { callApi } from '#lib/client/api.ts';
import { isFault } from '#lib/core/fault.ts';
import type { GatewayId } from '#lib/core/ids.ts';
import type { IdleSettings } from '#lib/core/settings.ts';

/** After how many minutes without use kernels are shut down, by gateway; null until the first answer. */
class IdleStore {
  readonly #listeners = new Set<() => void>();
  #minutes: IdleSettings['minutes'] | null = null;

  readonly getSnapshot = (): IdleSettings['minutes'] | null => this.#minutes;
  readonly getInitial = (): null => null;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  async load(): Promise<void> {
    const answer = await callApi('readSettings');
    if (!isFault(answer)) this.#set(answer.idle.minutes);
  }

  /** Null: kernels of this gateway are kept. */
  async change(gateway: GatewayId, minutes: number | null): Promise<void> {
    // Another tab may have set that of another gateway.
    await this.load();
    const { [gateway]: _, ...others } = this.#minutes ?? {};
    const next = minutes === null ? others : { ...others, [gateway]: minutes };
    const answer = await callApi('changeSettings', { body: { idle: { minutes: next } } });
    if (!isFault(answer)) return this.#set(answer.idle.minutes);
    showToast({ kind: 'error', title: 'The setting was not changed', description: answer.message });
  }

  #set(minutes: IdleSettings['minutes']): void {
    this.#minutes = minutes;
    for (const listener of this.#listeners) listener();
  }
}

export const idlePolicies = new IdleStore();
