import { useSyncExternalStore } from 'react';

/** ms */
const tick = 500;

/**
 * The present time for what counts up or down in the page. One timer for everybody who looks, and none while nobody
 * does: a hundred rows that wait are painted in one go.
 */
export class Ticker {
  readonly #listeners = new Set<() => void>();
  #now = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** ms since 1970; the same between two ticks. */
  readonly get = (): number => {
    // Nobody has looked for a while.
    if (this.#timer === undefined && Math.abs(Date.now() - this.#now) >= tick) this.#now = Date.now();
    return this.#now;
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    this.#timer ??= setInterval(this.#tick, tick);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  };

  readonly #tick = (): void => {
    this.#now = Date.now();
    for (const listener of this.#listeners) listener();
  };
}

const ticker = new Ticker();
const never = () => () => undefined;

/** The present time, renewed twice a second while `ticking`. */
export function useTicker(ticking: boolean): number {
  return useSyncExternalStore(ticking ? ticker.subscribe : never, ticker.get, ticker.get);
}
