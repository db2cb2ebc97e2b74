const longestPauseMs = 15_000;

/** When the next try is: for ever, with full jitter in a range that doubles, the first one at once. */
export class Retries {
  readonly #attempt: () => void;
  #count = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(attempt: () => void) {
    this.#attempt = attempt;
  }

  get isFirst(): boolean {
    return this.#count === 0;
  }

  later(afterMs = Math.random() * Math.min(longestPauseMs, 250 * (2 ** this.#count - 1))): void {
    this.stop();
    this.#count = Math.min(this.#count + 1, 10);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#attempt();
    }, afterMs);
  }

  /** There is reason to hope: a try that is waited for comes now, and one that is under way is repeated at once if it fails. */
  hurry(): void {
    this.#count = 0;
    if (this.#timer !== null) this.later();
  }

  succeeded(): void {
    this.#count = 0;
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
