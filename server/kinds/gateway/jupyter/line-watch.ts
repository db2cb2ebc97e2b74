/** Without any sign of life for this long a line is no line, though TCP has not said so. */
export const patienceMs = 15_000;
/** A kernel that somebody else shuts down leaves our socket open and silent: only REST tells. */
const lookEveryMs = 5_000;

export type LineWatchParts = {
  readonly patienceMs: number;
  readonly silent: () => void;
  readonly revived: () => void;
  /** Time to ask the gateway for the kernel. */
  readonly look: () => void;
  /** How many others are connected to the kernel. */
  readonly others: (count: number) => void;
};

/** Watches an open line for signs of life, by a clock that only goes forward: neither sleep nor a set clock end a line. */
export class LineWatch {
  readonly #parts: LineWatchParts;
  #signAt = 0;
  #silent = false;
  #others: number | null = null;
  #othersSeen: number | null = null;
  #looks: NodeJS.Timeout | undefined;
  #ticks: NodeJS.Timeout | undefined;
  #seeking: NodeJS.Timeout | undefined;
  #seek: (() => void) | null = null;

  constructor(parts: LineWatchParts) {
    this.#parts = parts;
  }

  get silent(): boolean {
    return this.#silent;
  }

  /** A line is open from here on. */
  begin(): void {
    this.end();
    this.#signAt = performance.now();
    const { patienceMs: patience, look } = this.#parts;
    this.#looks = setInterval(look, lookEveryMs).unref();
    this.#ticks = setInterval(() => this.#tick(), patience / 15).unref();
  }

  sign(): void {
    this.#signAt = performance.now();
    if (!this.#silent) return;
    this.#silent = false;
    this.#parts.revived();
  }

  /** Takes what the gateway says of connections, ours among them. Its last one may count a moment longer: twice is told. */
  count(connections: number): void {
    if (this.#silent) return;
    const others = Math.max(0, connections - 1);
    const again = this.#othersSeen === others;
    this.#othersSeen = others;
    if (!again || this.#others === others) return;
    this.#others = others;
    this.#parts.others(others);
  }

  /** Calls `seek` after a while; once, and not after the end. */
  seekLater(afterMs: number, seek: () => void): void {
    clearTimeout(this.#seeking);
    this.#seek = seek;
    this.#seeking = setTimeout(() => this.seekNow(), afterMs).unref();
  }

  /** Calls at once what is to be called after a while. */
  seekNow(): void {
    clearTimeout(this.#seeking);
    const seek = this.#seek;
    this.#seek = null;
    seek?.();
  }

  end(): void {
    this.#silent = false;
    clearInterval(this.#looks);
    clearInterval(this.#ticks);
    clearTimeout(this.#seeking);
    this.#seek = null;
  }

  #tick(): void {
    if (this.#silent || performance.now() - this.#signAt < this.#parts.patienceMs) return;
    this.#silent = true;
    this.#parts.silent();
  }
}
