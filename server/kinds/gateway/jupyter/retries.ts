const longestPauseMs = 15_000;

/** When the next try is: for ever, with full jitter in a range that doubles, the first one at once. */
export class Retries {
  readonly #attempt: () => void;
  #count = 0;
  #timer: NodeJS.Timeout | null = null;
  #isRest = false;

  constructor(attempt: () => void) {
    this.#attempt = attempt;
  }

  get isFirst(): boolean {
    return this.#count === 0;
  }

  later(): void {
    const pause = Math.random() * Math.min(longestPauseMs, 250 * (2 ** this.#count - 1));
    this.#count = Math.min(this.#count + 1, 10);
    this.#isRest = false;
    this.#wait(pause);
  }

  /** Begins anew after a pause that the other side needs: nothing shortens it. */
  rest(pauseMs: number): void {
    this.#count = 1;
    this.#isRest = true;
    this.#wait(pauseMs);
  }

  /** There is reason to hope: a try that is waited for comes now, and one that is under way is repeated at once if it fails. */
  hurry(): void {
    this.#count = 0;
    if (this.#timer !== null && !this.#isRest) this.later();
  }

  succeeded(): void {
    this.#count = 0;
  }

  #wait(pauseMs: number): void {
    this.stop();
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#attempt();
    }, pauseMs);
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
