/** Bytes per second over the last seconds. */
export class Speed {
  readonly #now: () => number;
  #samples: { readonly at: number; readonly bytes: number }[] = [];

  /** @param now milliseconds of a clock that does not jump. */
  constructor(now: () => number) {
    this.#now = now;
  }

  add(bytes: number): void {
    this.#samples.push({ at: this.#now(), bytes });
  }

  perSecond(): number {
    const now = this.#now();
    this.#samples = this.#samples.filter(({ at }) => now - at <= windowMs);
    const first = this.#samples[0];
    if (first === undefined) return 0;
    const bytes = this.#samples.reduce((sum, sample) => sum + sample.bytes, 0);
    return (bytes * 1000) / Math.max(500, now - first.at);
  }
}

const windowMs = 4_000;
