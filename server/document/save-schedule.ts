/** When to save by itself: after `quietMs` without a change, at most `latestMs` after the first one, and `retryMs` after a failure. */
export type SaveTimes = { readonly quietMs: number; readonly latestMs: number; readonly retryMs: number };

export class SaveSchedule {
  readonly #times: SaveTimes;
  readonly #now: () => number;
  readonly #due: () => void;
  #timer: NodeJS.Timeout | null = null;
  #first: number | null = null;

  constructor(times: SaveTimes, now: () => number, due: () => void) {
    this.#times = times;
    this.#now = now;
    this.#due = due;
  }

  changed(): void {
    const now = this.#now();
    // A clock that was set back must not put the save off by as much.
    if (this.#first === null || this.#first > now) this.#first = now;
    this.#set(Math.max(0, Math.min(this.#times.quietMs, this.#first + this.#times.latestMs - now)));
  }

  retry(): void {
    this.#set(this.#times.retryMs);
  }

  /** Called when a save begins: later changes start a new wait. */
  clear(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#first = null;
  }

  #set(ms: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#due();
    }, ms);
  }
}
