import type { StreamOutput } from '#lib/core/notebook/output.ts';
import {
  countLines,
  cutBefore,
  lastIndexNear,
  openLineOf,
  writeChunk,
  type OpenLine,
} from '#lib/core/render/stream-text.ts';
import type { SessionEventOf } from './event.ts';

/**
 * The text of one stream output as it grows and as its middle goes to the blob store. What an event costs grows with the
 * event, not with the text.
 */
type Ending = {
  /** The text without its open line. */
  readonly body: string;
  readonly open: OpenLine;
  /** Times that a string was joined to another since both were last one piece in memory. */
  readonly joints: number;
};

/** A string that was joined more often than this is made one piece: each joint keeps an object of its own alive. */
const mostJoints = 512;

/** What is known of the end of a text, so that the text need not be looked at; it can be found out again. */
const endings = new WeakMap<StreamOutput, Ending>();

/** A new output of a stream, with the first text that arrived. */
export function newStream(name: string, text: string): StreamOutput {
  return growStream({ output_type: 'stream', name, text: '', lines: 0 }, text);
}

/** The output with `chunk` written after its text. */
export function growStream(output: StreamOutput, chunk: string): StreamOutput {
  const { body, open, joints } = endings.get(output) ?? findEnding(output.text);
  const written = writeChunk(open, chunk);
  const due = joints >= mostJoints;
  const ending: Ending = {
    body: due ? onePiece(body + written.finished) : body + written.finished,
    open: due ? { ...written.open, text: onePiece(written.open.text) } : written.open,
    joints: due ? 0 : joints + 1,
  };
  // Text read from a file says nothing of lines received: its own newlines count as such.
  const lines = (output.lines ?? countLines(output.text)) + countLines(chunk);
  const grown = { ...output, text: ending.body + ending.open.text, lines };
  endings.set(grown, ending);
  return grown;
}

/**
 * The output after a chunk of its text was stored. The very same output when its text does not reach so far, or when it
 * has been taken for stored already.
 */
export function storeText(output: StreamOutput, event: SessionEventOf<'StreamStored'>): StreamOutput {
  const { from, hash, characters, bytes, lines } = event;
  const before = output.stored ?? {
    head: ownCopy(output.text.slice(0, from)),
    characters: 0,
    bytes: 0,
    lines: 0,
    chunks: [],
  };
  const start = before.head.length + before.characters;
  const text = output.stored === undefined ? output.text.slice(from) : output.text;
  const cut = from + characters - start;
  if (cut <= 0 || cut > text.length) return output;
  const isWhole = cut === characters;
  const moved = isWhole ? '' : text.slice(0, cut);
  const stored = {
    head: before.head,
    characters: before.characters + cut,
    bytes: before.bytes + (isWhole ? bytes : utf8Length(moved)),
    lines: before.lines + (isWhole ? lines : countLines(moved)),
    chunks: [...before.chunks, { hash, characters, bytes, lines }],
  };
  const left = text.slice(cut);
  // While more is cut off after this the rest stays a view of the whole: copied each time it would cost its square.
  return { ...output, text: left.length > longestCopy ? left : ownCopy(left), stored };
}

const longestCopy = 512 * 1024;

/** UTF-16 units of a stored text that a browser gets: of its beginning, and of its end. */
const shown = { head: 16 * 1024, tail: 64 * 1024 };

/** A long text with no more than is looked at: the rest is told by its measures. The same output when it is short. */
export function shortenStream(output: StreamOutput): StreamOutput {
  const { text, stored } = output;
  if (textLength(output) <= 2 * (shown.head + shown.tail)) return output;
  const from = text.length <= shown.tail ? 0 : lineStart(text, text.length - shown.tail);
  const whole = stored?.head ?? text.slice(0, from);
  const head = whole.slice(0, lineStart(whole, Math.min(shown.head, whole.length)));
  const left = [whole.slice(head.length), stored === undefined ? '' : text.slice(0, from)];
  const sum = (measure: (part: string) => number) => left.reduce((all, part) => all + measure(part), 0);
  return {
    ...output,
    text: text.slice(from),
    stored: {
      head,
      characters: (stored?.characters ?? 0) + sum((part) => part.length),
      bytes: (stored?.bytes ?? 0) + sum(utf8Length),
      lines: (stored?.lines ?? 0) + sum(countLines),
      chunks: [],
    },
  };
}

/** The beginning of a line near `at` and not behind it; `at` where that is far. */
function lineStart(text: string, at: number): number {
  const newline = lastIndexNear(text, '\n', at, shown.head / 2);
  return newline === -1 ? cutBefore(text, at) : newline + 1;
}

/** UTF-16 units of the whole text. */
export function textLength({ text, stored }: StreamOutput): number {
  return text.length + (stored === undefined ? 0 : stored.head.length + stored.characters);
}

const encoder = new TextEncoder();
/** What an encoder writes into and nobody reads: it counts quicker than a loop over the characters. */
const scratch = new Uint8Array(64 * 1024);

/** Bytes of a text in UTF-8, a lone surrogate as the three of U+FFFD. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (let rest = text; rest !== '';) {
    const { read, written } = encoder.encodeInto(rest, scratch);
    bytes += written;
    rest = rest.slice(read);
  }
  return bytes;
}

function findEnding(text: string): Ending {
  const open = openLineOf(text);
  return { body: text.slice(0, text.length - open.text.length), open, joints: 0 };
}

/** The engine copies a joined string into one piece when a character of it is asked for. */
function onePiece(text: string): string {
  text.charCodeAt(0);
  return text;
}

/** A part of a string that does not keep the whole alive, as a slice does. */
function ownCopy(text: string): string {
  return onePiece(` ${text}`).slice(1);
}
