/** When to save by itself: after `quietMs` without a change, at most `latestMs` after the first one, and `retryMs` after a failure. */
export type SaveTimes = { readonly quietMs: number; readonly latestMs: number; readonly retryMs: number };

/** A save that took long is followed by this many times as long without one: outputs that grow are not written all the time. */
const restPerSave = 10;
const longestRestMs = 30_000;

/** Decides when `save` is called; what it takes (until its promise ends) lengthens the pause before the next one. */
export class SaveSchedule {
  readonly #times: SaveTimes;
  readonly #now: () => number;
  readonly #save: () => Promise<unknown>;
  #timer: NodeJS.Timeout | null = null;
  #first: number | null = null;
  #restUntil = 0;

  /** `now`: monotonic, in ms; a wall clock that is set back would hold saves up for as long. */
  constructor(times: SaveTimes, save: () => Promise<unknown>, now: () => number = () => performance.now()) {
    this.#times = times;
    this.#save = save;
    this.#now = now;
  }

  changed(): void {
    const now = this.#now();
    this.#first ??= now;
    const usual = Math.max(0, Math.min(this.#times.quietMs, this.#first + this.#times.latestMs - now));
    this.#set(Math.max(usual, this.#restUntil - now));
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
      void this.#run();
    }, ms);
  }

  async #run(): Promise<void> {
    const begun = this.#now();
    await this.#save();
    const ended = this.#now();
    this.#restUntil = ended + Math.min(longestRestMs, restPerSave * (ended - begun));
  }
}
