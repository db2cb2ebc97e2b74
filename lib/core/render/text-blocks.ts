import { stripAnsi } from './ansi.ts';
import { wrappedLines } from './wrapped-lines.ts';

/** A long text in blocks of `blockLines` lines; `starts` holds the offset of the first character of each. */
export type TextBlocks = { readonly text: string; readonly starts: readonly number[] };

export const blockLines = 200;

/**
 * The blocks of a text. One that goes on where `previous` ended costs what was added to it: blocks before the last are
 * taken over (a text that only looks as if it went on is still divided between lines). Every line of a settled text is closed in itself (see stream-text.ts), so any block can be shown alone.
 */
export function growBlocks(previous: TextBlocks | null, text: string): TextBlocks {
  const starts = previous !== null && goesOn(previous, text) ? [...previous.starts] : [0];
  let at = starts.at(-1) ?? 0;
  for (let lines = 0; ;) {
    const end = text.indexOf('\n', at);
    if (end === -1 || end + 1 >= text.length) break;
    at = end + 1;
    lines += 1;
    if (lines % blockLines === 0) starts.push(at);
  }
  return { text, starts };
}

/** Compares the last whole block and looks for the ends of lines: megabytes are not compared for every few lines. */
function goesOn({ text: before, starts }: TextBlocks, text: string): boolean {
  const [from, to] = [starts.at(-2) ?? 0, starts.at(-1) ?? 0];
  if (text.length < to || text.slice(from, to) !== before.slice(from, to)) return false;
  return starts.every((start) => start === 0 || text.charCodeAt(start - 1) === 10);
}

/** The text of one block. */
export function blockText({ text, starts }: TextBlocks, index: number): string {
  return text.slice(starts[index] ?? text.length, starts[index + 1]);
}

/** Characters that are shown of a line, and of a block. */
export type BlockLimits = { readonly line: number; readonly block: number };
const usual: BlockLimits = { line: 8_000, block: 80_000 };

/**
 * A block as it is shown: of lines that are too long for the page the beginning and the end, with a count of what is left
 * out between. Shown whole are lines of people; what is cut was made for programs.
 */
export function cutLongLines(block: string, limits: BlockLimits = usual): string {
  if (block.length <= limits.line) return block;
  const lines = block.split('\n');
  const share = Math.max(400, Math.floor(limits.block / lines.length));
  const most = block.length <= limits.block ? limits.line : Math.min(limits.line, share);
  return lines.map((line) => (line.length <= most ? line : cutLine(line, most))).join('\n');
}

function cutLine(line: string, most: number): string {
  // Colours of a line that is cut would be cut in two as well.
  const plain = stripAnsi(line);
  if (plain.length <= most) return plain;
  const head = plain.slice(0, most / 2).replace(/[\ud800-\udbff]$/, '');
  const tail = plain.slice(plain.length - most / 2).replace(/^[\udc00-\udfff]/, '');
  const left = plain.length - head.length - tail.length;
  return `${head} \u2026 ${left.toLocaleString('en')} characters left out \u2026 ${tail}`;
}

/** Whether a text is taller than so many lines on a screen of ordinary width. */
export function isTallerThan(text: string, lines: number): boolean {
  return wrappedLines(text, lines + 1) > lines;
}
