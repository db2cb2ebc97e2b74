import { ScreenModes } from './screen-modes.ts';

const chunkLength = 8_192;
/** A line longer than this is cut within. */
const longestLine = 65_536;

/**
 * The last text of a terminal, in memory alone. Positions count characters since its beginning and never go back. Above
 * the bound the oldest lines go; the modes of the screen that their text had set are remembered.
 */
export class Scrollback {
  readonly #most: number;
  readonly #chunks: string[] = [];
  readonly #modes = new ScreenModes();
  #start = 0;
  #end = 0;

  /** @param most characters that are kept; up to an eighth more until the next cut */
  constructor(most: number) {
    this.#most = most;
  }

  /** Position of the first character that is kept. */
  get start(): number {
    return this.#start;
  }

  /** Position behind the last character. */
  get end(): number {
    return this.#end;
  }

  /** What brings an empty screen to where the kept text begins. */
  get prologue(): string {
    return this.#modes.toText();
  }

  append(text: string): void {
    for (let at = 0; at < text.length;) {
      const to = wholeCharacter(text, Math.min(text.length, at + chunkLength));
      this.#push(text.slice(at, to));
      at = to;
      if (this.#end - this.#start > this.#most * 1.125) this.#drop(this.#end - this.#start - this.#most);
    }
  }

  /** At most so many characters from a position that is kept. */
  slice(from: number, most: number): string {
    let at = this.#start;
    let text = '';
    for (const chunk of this.#chunks) {
      if (at + chunk.length > from) text += chunk.slice(Math.max(0, from - at), chunk.length);
      at += chunk.length;
      if (text.length >= most) break;
    }
    return text.length <= most ? text : text.slice(0, wholeCharacter(text, most));
  }

  /** The last characters, at most so many. */
  tail(most: number): string {
    const from = Math.max(this.#start, this.#end - most);
    return this.slice(from, this.#end - from);
  }

  #push(text: string): void {
    const last = this.#chunks.at(-1);
    if (last !== undefined && last.length + text.length <= chunkLength)
      this.#chunks[this.#chunks.length - 1] = last + text;
    else this.#chunks.push(text);
    this.#end += text.length;
  }

  /** Drops at least so many characters, and on to the end of their line. */
  #drop(count: number): void {
    let left = count;
    let passed = 0;
    for (let first = this.#chunks[0]; first !== undefined; first = this.#chunks[0]) {
      const line = left >= first.length ? -1 : first.indexOf('\n', Math.max(0, left - 1)) + 1;
      const cut = line > 0 ? line : passed > longestLine ? wholeCharacter(first, Math.max(1, left)) : first.length;
      this.#modes.read(first.slice(0, cut));
      this.#start += cut;
      if (cut < first.length) {
        this.#chunks[0] = first.slice(cut);
        return;
      }
      this.#chunks.shift();
      if (left < cut) passed += cut - left;
      left = Math.max(0, left - cut);
      if (line > 0 && left === 0) return;
    }
  }
}

/** The same place, or the one before when it is within a character. */
function wholeCharacter(text: string, at: number): number {
  const code = text.charCodeAt(at - 1);
  return at > 1 && at < text.length && code >= 0xd800 && code <= 0xdbff ? at - 1 : at;
}
