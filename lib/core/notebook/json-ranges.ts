/**
 * A JSON scanner that knows where everything is. It validates the whole text once, without recursion, and hands out the
 * character ranges of members and elements on the way; values are parsed later from their own slice.
 * Accepts what Python's `json` accepts: NaN and infinities (read as null), repeated keys, lone surrogates.
 */

import type { JsonObject, JsonValue } from '#lib/core/json.ts';

/** A half-open range of UTF-16 offsets into the text. */
export type Range = { readonly start: number; readonly end: number };

/** One `"key": value` of an object. */
export type Member = {
  readonly key: string;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly value: Range;
};

/** Where and why a text cannot be read. `line` and `column` count from 1, `offset` from 0 (UTF-16 units). */
export type TextProblem = {
  readonly message: string;
  readonly line: number;
  readonly column: number;
  readonly offset: number;
};

/** Deeper values are refused: whoever walks a parsed value by recursion stays within the stack. */
export const maxJsonDepth = 2500;

/** Thrown by the scanner, caught by its callers in this folder. */
export class ScanError extends Error {
  override readonly name = 'ScanError';
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

export function problemAt(text: string, offset: number, message: string): TextProblem {
  let line = 1;
  let lineStart = 0;
  for (let i = 0; i < offset && i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 10 || (code === 13 && text.charCodeAt(i + 1) !== 10)) {
      line++;
      lineStart = i + 1;
    }
  }
  return { message, line, column: offset - lineStart + 1, offset };
}

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPEN_ARRAY = 91;
const BACKSLASH = 92;
const CLOSE_ARRAY = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

const numberPattern = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const wordPattern = /true|false|null|NaN|-?Infinity/y;
// oxlint-disable-next-line no-control-regex -- what a string may have as it is
const plainPattern = /[^"\\\u0000-\u001f]*/y;
// oxlint-disable-next-line no-control-regex -- all of ASCII
const nonAscii = /[^\u0000-\u007f]/;

/** Scans one text. Every method throws `ScanError` at the first fault. */
export class JsonScanner {
  readonly text: string;
  /** Ranges of NaN and infinities, in order: `JSON.parse` refuses them. */
  readonly nonFinite: Range[] = [];
  /** Whether a string has an escaped character outside ASCII. */
  hasNonAsciiEscape = false;

  constructor(text: string) {
    this.text = text;
  }

  /** Whether there is a character outside ASCII as it is: in a valid text only strings have any. */
  get hasNonAscii(): boolean {
    return nonAscii.test(this.text);
  }

  /** Offset of the next character that is not white space. */
  skipSpace(from: number): number {
    let at = from;
    for (;;) {
      const code = this.text.charCodeAt(at);
      if (code === 32 || code === 10 || code === 13 || code === 9) at++;
      else return at;
    }
  }

  /** Validates the value that starts at `from` and returns its end. `depth` is how deep `from` already is. */
  skipValue(from: number, depth = 0): number {
    const { text } = this;
    const closers: number[] = [];
    let at = from;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
        const closer = code === OPEN_OBJECT ? CLOSE_OBJECT : CLOSE_ARRAY;
        const inside = this.skipSpace(at + 1);
        if (text.charCodeAt(inside) !== closer) {
          closers.push(closer);
          if (closers.length + depth > maxJsonDepth)
            throw new ScanError(`Values are nested more than ${maxJsonDepth} levels deep`, at);
          at = closer === CLOSE_OBJECT ? this.#toMemberValue(inside) : inside;
          continue;
        }
        at = inside + 1;
      } else {
        at = this.#skipScalar(at, code);
      }
      // A value ended at `at`: close what ends with it, or go on to the next sibling.
      for (;;) {
        const closer = closers.at(-1);
        if (closer === undefined) return at;
        const next = this.skipSpace(at);
        const found = text.charCodeAt(next);
        if (found === COMMA) {
          const sibling = this.skipSpace(next + 1);
          if (text.charCodeAt(sibling) === closer) throw this.#trailingComma(next);
          at = closer === CLOSE_OBJECT ? this.#toMemberValue(sibling) : sibling;
          break;
        }
        if (found !== closer) throw this.#expected(closer === CLOSE_OBJECT ? '"," or "}"' : '"," or "]"', next);
        closers.pop();
        at = next + 1;
      }
    }
  }

  /**
   * Walks the members of the object at `from`. `onValue` must return the end of the value; by default the value is
   * validated and skipped.
   */
  readMembers(
    from: number,
    depth = 0,
    onValue: (key: string, start: number) => number = (_key, start) => this.skipValue(start, depth + 1),
    members: Member[] = [],
  ): { members: Member[]; end: number } {
    const { text } = this;
    if (text.charCodeAt(from) !== OPEN_OBJECT) throw this.#expected('"{"', from);
    let at = this.skipSpace(from + 1);
    if (text.charCodeAt(at) === CLOSE_OBJECT) return { members, end: at + 1 };
    for (;;) {
      const keyStart = at;
      const keyEnd = this.#skipKey(keyStart);
      const start = this.skipSpace(this.#colonAfter(keyEnd) + 1);
      const key = JSON.parse(text.slice(keyStart, keyEnd)) as string;
      const end = onValue(key, start);
      members.push({ key, keyStart, keyEnd, value: { start, end } });
      at = this.skipSpace(end);
      const code = text.charCodeAt(at);
      if (code === CLOSE_OBJECT) return { members, end: at + 1 };
      if (code !== COMMA) throw this.#expected('"," or "}"', at);
      const comma = at;
      at = this.skipSpace(at + 1);
      if (text.charCodeAt(at) === CLOSE_OBJECT) throw this.#trailingComma(comma);
    }
  }

  /** Walks the elements of the array at `from`; `onElement` must return the end of the element. */
  readElements(
    from: number,
    depth = 0,
    onElement: (start: number) => number = (start) => this.skipValue(start, depth + 1),
  ): { elements: Range[]; end: number } {
    const { text } = this;
    if (text.charCodeAt(from) !== OPEN_ARRAY) throw this.#expected('"["', from);
    const elements: Range[] = [];
    let at = this.skipSpace(from + 1);
    if (text.charCodeAt(at) === CLOSE_ARRAY) return { elements, end: at + 1 };
    for (;;) {
      const end = onElement(at);
      elements.push({ start: at, end });
      at = this.skipSpace(end);
      const code = text.charCodeAt(at);
      if (code === CLOSE_ARRAY) return { elements, end: at + 1 };
      if (code !== COMMA) throw this.#expected('"," or "]"', at);
      const comma = at;
      at = this.skipSpace(at + 1);
      if (text.charCodeAt(at) === CLOSE_ARRAY) throw this.#trailingComma(comma);
    }
  }

  /** Nothing but white space may follow the top value. */
  expectEnd(from: number): void {
    const at = this.skipSpace(from);
    if (at < this.text.length) throw new ScanError('There is more text after the end of the notebook', at);
  }

  #toMemberValue(keyStart: number): number {
    return this.skipSpace(this.#colonAfter(this.#skipKey(keyStart)) + 1);
  }

  #skipKey(at: number): number {
    if (this.text.charCodeAt(at) !== QUOTE) throw this.#expected('a key in double quotes', at);
    return this.#skipString(at);
  }

  #colonAfter(keyEnd: number): number {
    const at = this.skipSpace(keyEnd);
    if (this.text.charCodeAt(at) !== COLON) throw this.#expected('":" after the key', at);
    return at;
  }

  #skipScalar(at: number, code: number): number {
    if (code === QUOTE) return this.#skipString(at);
    wordPattern.lastIndex = at;
    const word = wordPattern.exec(this.text);
    if (word) {
      const end = at + word[0].length;
      if (word[0].endsWith('N') || word[0].endsWith('y')) this.nonFinite.push({ start: at, end });
      return end;
    }
    numberPattern.lastIndex = at;
    const number = numberPattern.exec(this.text);
    if (number) return at + number[0].length;
    throw this.#expected('a value', at);
  }

  #skipString(start: number): number {
    const { text } = this;
    let at = start + 1;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) return at + 1;
      if (code === BACKSLASH) {
        const escape = text.charCodeAt(at + 1);
        if (escape === 117) {
          for (let i = at + 2; i < at + 6; i++) {
            if (i >= text.length) throw this.#expected('the rest of a string', i);
            if (!isHexDigit(text.charCodeAt(i))) throw new ScanError('"\\u" needs four hexadecimal digits', at);
          }
          if (text.charCodeAt(at + 2) !== 48 || text.charCodeAt(at + 3) !== 48 || text.charCodeAt(at + 4) > 55)
            this.hasNonAsciiEscape = true;
          at += 6;
        } else {
          if (at + 1 >= text.length) throw this.#expected('the rest of a string', at + 1);
          if (!isEscape(escape)) throw new ScanError(`"\\${text.charAt(at + 1)}" is no escape of JSON`, at);
          at += 2;
        }
      } else if (code >= 32) {
        // Most of a file is in strings: the compiled pattern goes over them faster than a loop here.
        plainPattern.lastIndex = at + 1;
        plainPattern.test(text);
        at = plainPattern.lastIndex;
      } else if (at >= text.length) {
        throw new ScanError('The text ends inside a string', text.length);
      } else {
        throw new ScanError('A line break or control character inside a string', at);
      }
    }
  }

  #expected(what: string, at: number): ScanError {
    if (at >= this.text.length) return new ScanError(`The text ends where ${what} should follow`, this.text.length);
    return new ScanError(
      `Expected ${what}, found ${JSON.stringify(String.fromCodePoint(this.text.codePointAt(at) ?? 0))}`,
      at,
    );
  }

  #trailingComma(at: number): ScanError {
    return new ScanError('A comma with nothing after it', at);
  }
}

function isHexDigit(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102);
}

function isEscape(code: number): boolean {
  // " \ / b f n r t
  return (
    code === 34 ||
    code === 92 ||
    code === 47 ||
    code === 98 ||
    code === 102 ||
    code === 110 ||
    code === 114 ||
    code === 116
  );
}

const surrogateEscape = /\\u[dD][89a-fA-F]/;

/**
 * Parses a range that the scanner has validated. NaN and infinities become null; lone surrogates become U+FFFD, because
 * neither UTF-8 nor the shared document can carry them (the bytes of the file keep them).
 */
export function parseRange(text: string, range: Range, nonFinite: readonly Range[]): JsonValue {
  let slice = text.slice(range.start, range.end);
  if (nonFinite.length > 0) slice = withoutNonFinite(text, range, nonFinite);
  const value = JSON.parse(slice) as JsonValue;
  return surrogateEscape.test(slice) || !slice.isWellFormed() ? wellFormed(value) : value;
}

function withoutNonFinite(text: string, range: Range, nonFinite: readonly Range[]): string {
  const pieces: string[] = [];
  let from = range.start;
  for (let index = firstFrom(nonFinite, range.start); index < nonFinite.length; index++) {
    const token = nonFinite[index];
    if (!token || token.end > range.end) break;
    pieces.push(text.slice(from, token.start), 'null');
    from = token.end;
  }
  pieces.push(text.slice(from, range.end));
  return pieces.join('');
}

/** Index of the first range that begins at `start` or later. */
function firstFrom(ranges: readonly Range[], start: number): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.start ?? 0) < start) low = middle + 1;
    else high = middle;
  }
  return low;
}

function wellFormed(value: JsonValue): JsonValue {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(wellFormed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value as JsonObject).map(([key, item]) => [key.toWellFormed(), wellFormed(item)]),
  );
}

/** The last member of a key: readers of JSON agree that a repeated key means its last value. */
export function findMember(members: readonly Member[], key: string): Member | undefined {
  return members.findLast((member) => member.key === key);
}

/** Deep equality of JSON values; the order of keys does not count, and an absent key is not `undefined`. */
export function jsonEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item, index) => jsonEqual(item, b[index]));
  }
  const left = Object.entries(a).filter(([, value]) => value !== undefined);
  const right = new Map(Object.entries(b).filter(([, value]) => value !== undefined));
  return left.length === right.size && left.every(([key, value]) => right.has(key) && jsonEqual(value, right.get(key)));
}
