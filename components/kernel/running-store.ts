import { callApi } from '#lib/client/api.ts';
import { every } from '#lib/client/every.ts';
import { type Fault, isFault } from '#lib/core/fault.ts';
import type { SessionView } from '#lib/protocol/http/kernels.ts';

export type RunningState = {
  /** null until the first answer. */
  readonly sessions: readonly SessionView[] | null;
  readonly fault: Fault | null;
};

/** Pause between two questions while somebody looks, ms. */
const pause = 3_000;

const nothing: RunningState = { sessions: null, fault: null };

/** All sessions of the server. Asked anew every few seconds while somebody looks at them and the page is in front. */
class RunningStore {
  readonly #listeners = new Set<() => void>();
  #state: RunningState = nothing;
  #stop: (() => void) | null = null;

  readonly getSnapshot = (): RunningState => this.#state;
  readonly getInitial = (): RunningState => nothing;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    this.#stop ??= every(pause, () => void this.load());
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#stop?.();
      this.#stop = null;
    };
  };

  async load(): Promise<void> {
    const answer = await callApi('listSessions');
    // A failed call keeps what was known: it is still the best there is to show.
    this.#state = isFault(answer)
      ? { ...this.#state, fault: answer }
      : { sessions: [...answer.sessions].sort((a, b) => a.path.localeCompare(b.path)), fault: null };
    for (const listener of this.#listeners) listener();
  }
}

export const running = new RunningStore();
