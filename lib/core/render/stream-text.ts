import { readEscape } from './escape-sequence.ts';
import { applySgr, plainStyle, writeSgr, type TextStyle } from './text-style.ts';

/**
 * The text of a stream output as a terminal would leave it: `\r` and `\b` move the cursor and what follows overwrites,
 * `ESC [ K` erases, colours stay with their characters. The text itself is the whole state between two chunks:
 * - every finished line is closed: no cursor movement in it, and a colour that goes on is reset at its end and set again
 *   on the next line (so that any range of lines can be shown alone);
 * - only the last line may end in a pending state: `\r` and `ESC [ n C` where the cursor is not at its end, an open
 *   colour, an unfinished escape sequence. Other notebook programs show all of these as we do.
 */

/** Columns that a cursor movement may leave free to the right of the text. */
const maxGap = 4_096;
// eslint-disable-next-line no-control-regex
const controls = /[\b\r\x1b]/;

/** A line that a program may still write over: what came after the last newline, and whether it is plain text. */
export type OpenLine = { readonly text: string; readonly plain: boolean };

/** Of a line that is longer, and not plain, only so much can still be written over: what a chunk costs is bounded. */
const longestOpen = 65_536;

/** The open line of a text. */
export function openLineOf(text: string): OpenLine {
  const line = text.slice(text.lastIndexOf('\n') + 1);
  return lastPart(line);
}

/**
 * `chunk` written after an open line: what is finished now (with what was open), and what is open. Costs the chunk, and
 * the open line only where something moves or styles in one of them.
 */
export function writeChunk(open: OpenLine, chunk: string): { readonly finished: string; readonly open: OpenLine } {
  if (open.plain && isPlain(chunk)) {
    const end = chunk.lastIndexOf('\n') + 1;
    if (end === 0) return { finished: '', open: { text: open.text + chunk, plain: true } };
    return { finished: open.text + chunk.slice(0, end), open: { text: chunk.slice(end), plain: true } };
  }
  const lines = (open.text + chunk).split('\n');
  const written: string[] = [];
  let pen = plainStyle;
  for (let index = 0; index < lines.length; index += 1) {
    const isLast = index === lines.length - 1;
    const line = lines[index] ?? '';
    if (pen === plainStyle && isPlain(line)) written.push(line);
    else {
      const result = writeLine(line, pen, isLast);
      written.push(result.text);
      pen = result.pen;
    }
  }
  const line = written.pop() ?? '';
  const rest = lastPart(line);
  const finished = written.length === 0 ? '' : `${written.join('\n')}\n`;
  return { finished: finished + line.slice(0, line.length - rest.text.length), open: rest };
}

/**
 * `previous` with `chunk` written after it. Splitting or merging chunks gives the same text, except for movements in
 * lines that are longer than can be written over. Works on the chunk and the last line alone (the engine's own joining
 * of long strings aside).
 */
export function appendStreamText(previous: string, chunk: string): string {
  if (chunk === '') return previous;
  const open = openLineOf(previous);
  const written = writeChunk(open, chunk);
  return previous.slice(0, previous.length - open.text.length) + written.finished + written.open.text;
}

function lastPart(line: string): OpenLine {
  if (isPlain(line)) return { text: line, plain: true };
  if (line.length <= longestOpen) return { text: line, plain: false };
  const rest = line.slice(cutBefore(line, line.length - longestOpen));
  return { text: rest, plain: isPlain(rest) };
}

/** The last place at or before `at` that is neither inside a code point nor inside an escape sequence. */
export function cutBefore(text: string, at: number): number {
  const escape = lastIndexNear(text, '\x1b', at, longestEscape);
  if (escape !== -1) {
    const found = readEscape(text, escape);
    if (found.kind === 'incomplete' || found.end > at) return escape;
  }
  return isLowSurrogate(text.charAt(at)) && isHighSurrogate(text.charAt(at - 1)) ? at - 1 : at;
}

/** Longer ones are none that anything is drawn by. */
const longestEscape = 64;

/** The last place of `char` before `at`, looked for among that many units alone; -1 without one. */
export function lastIndexNear(text: string, char: string, at: number, units: number): number {
  const from = Math.max(0, at - units);
  const found = text.slice(from, at).lastIndexOf(char);
  return found === -1 ? -1 : from + found;
}

/** Newlines in a chunk: what `lines` of a stream output counts. */
export function countLines(chunk: string): number {
  let count = 0;
  for (let at = chunk.indexOf('\n'); at !== -1; at = chunk.indexOf('\n', at + 1)) count += 1;
  return count;
}

function writeLine(line: string, startPen: TextStyle, open: boolean): { text: string; pen: TextStyle } {
  const chars: string[] = [];
  const styles: TextStyle[] = [];
  let pen = startPen;
  let cursor = 0;
  let pending = '';
  for (let index = 0; index < line.length;) {
    const char = line.charAt(index);
    if (char === '\x1b') {
      const found = readEscape(line, index);
      if (found.kind === 'incomplete') {
        if (open) pending = line.slice(index);
        break;
      }
      if (found.kind === 'csi') {
        if (found.final === 'm') pen = applySgr(pen, found.params);
        else cursor = moveCursor(found.final, found.params, cursor, chars, styles);
      }
      index = found.end;
      continue;
    }
    index += 1;
    if (char === '\r') cursor = 0;
    else if (char === '\b') cursor = Math.max(0, cursor - 1);
    else {
      // One cell holds one code point, so that overwriting never leaves half of one.
      let cell = char;
      if (isHighSurrogate(char)) {
        if (index === line.length && open) {
          pending = char;
          break;
        }
        const low = line.charAt(index);
        if (isLowSurrogate(low)) {
          cell += low;
          index += 1;
        } else cell = '\ufffd';
      } else if (isLowSurrogate(char)) cell = '\ufffd';
      while (chars.length < cursor) {
        chars.push(' ');
        styles.push(plainStyle);
      }
      chars[cursor] = cell;
      styles[cursor] = pen;
      cursor += 1;
    }
  }
  let text = '';
  let style = plainStyle;
  for (let index = 0; index < chars.length; index += 1) {
    const next = styles[index] ?? plainStyle;
    text += writeSgr(style, next) + (chars[index] ?? '');
    style = next;
  }
  if (!open) return { text: text + writeSgr(style, plainStyle), pen };
  if (cursor !== chars.length) text += cursor === 0 ? '\r' : `\r\x1b[${cursor}C`;
  return { text: text + writeSgr(style, pen) + pending, pen };
}

/** Movement within the line and erasing in it; every other command is dropped. Returns the new cursor column. */
function moveCursor(final: string, params: string, cursor: number, chars: string[], styles: TextStyle[]): number {
  if (!/^\d{0,9}$/.test(params)) return cursor;
  const count = params === '' ? 0 : Number(params);
  const limit = Math.max(chars.length, maxGap);
  switch (final) {
    case 'C':
      return Math.max(cursor, Math.min(cursor + Math.max(1, count), limit));
    case 'D':
      return Math.max(0, cursor - Math.max(1, count));
    case 'G':
      return Math.min(Math.max(1, count) - 1, limit);
    case 'K': {
      const keep = count === 0 ? cursor : count === 2 ? 0 : chars.length;
      chars.length = Math.min(chars.length, keep);
      styles.length = chars.length;
      if (count === 1) {
        for (let index = 0; index <= cursor && index < chars.length; index += 1) {
          chars[index] = ' ';
          styles[index] = plainStyle;
        }
      }
      return cursor;
    }
    default:
      return cursor;
  }
}

/** Nothing in it moves or styles, and no half of a code point waits for its other half. */
function isPlain(text: string): boolean {
  return !controls.test(text) && text.isWellFormed();
}

function isLowSurrogate(char: string): boolean {
  return char >= '\udc00' && char <= '\udfff';
}

function isHighSurrogate(char: string): boolean {
  return char >= '\ud800' && char <= '\udbff';
}
