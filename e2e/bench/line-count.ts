const lineEnd = 10;
const zero = 48;
const nine = 57;

/**
 * Counts lines that begin with their number, from 0 on: which are missing, and which came twice or late. Takes the text
 * in pieces, cut anywhere, so that no size of it matters.
 */
export class LineCount {
  #next = 0;
  #missing = 0;
  #doubled = 0;
  /** The number at the beginning of the present line so far; null where it does not begin with one. */
  #number: number | null = null;
  #inNumber = true;

  take(piece: Uint8Array): void {
    for (let at = 0; at < piece.length;) {
      if (!this.#inNumber) {
        const end = piece.indexOf(lineEnd, at);
        if (end === -1) return;
        at = end;
      }
      const byte = piece[at++] ?? 0;
      if (byte >= zero && byte <= nine) this.#number = (this.#number ?? 0) * 10 + (byte - zero);
      else if (byte === lineEnd) this.#endLine();
      else this.#inNumber = false;
    }
  }

  /** Lines of the `expected` that are missing, and lines too many. */
  lost(expected: number): number {
    return this.#missing + this.#doubled + Math.abs(expected - this.#next);
  }

  #endLine(): void {
    const number = this.#number;
    this.#number = null;
    this.#inNumber = true;
    // Lines of somebody else, as the notice of a limiter: what they stand for is missing by number.
    if (number === null) return;
    if (number < this.#next) {
      this.#doubled++;
      return;
    }
    this.#missing += number - this.#next;
    this.#next = number + 1;
  }
}
