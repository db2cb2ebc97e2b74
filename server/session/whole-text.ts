import { Readable } from 'node:stream';
import { type Fault, FaultError, isFault } from '#lib/core/fault.ts';
import type { StreamOutput } from '#lib/core/notebook/output.ts';
import { countLines } from '#lib/core/render/stream-text.ts';
import { utf8Length } from '#lib/core/session/stream-output.ts';
import type { BlobStore } from '#server/storage/blob-store.ts';

/** Where a piece of the whole text begins, and what it measures. */
type Segment = {
  readonly at: number;
  readonly line: number;
  readonly byte: number;
  readonly characters: number;
  readonly lines: number;
  readonly bytes: number;
  readonly source: { readonly text: string } | { readonly hash: string };
};

/** One line, or the beginning of a long one: `characters` are those of all of it. */
export type TextLine = { readonly at: number; readonly text: string; readonly characters: number };
export type TextHit = {
  /** From 0. */
  readonly line: number;
  /** Character of the whole text at which it begins. */
  readonly at: number;
  /** What is around it in its line, and where in that it begins. */
  readonly preview: string;
  readonly from: number;
};

/** UTF-16 units of one line, and of one answer. */
const mostOfLine = 4_000;
const mostOfAnswer = 512 * 1024;
const before = 60;
const after = 140;

/**
 * The whole text of a stream output as it is now, most of it in the blob store. Read in parts: one blob at a time is in
 * memory.
 */
export class WholeText {
  readonly #blobs: BlobStore;
  readonly #segments: readonly Segment[];
  readonly characters: number;
  readonly bytes: number;
  /** Lines, the last one also when it has no end. */
  readonly lines: number;

  constructor({ text, stored }: StreamOutput, blobs: BlobStore) {
    this.#blobs = blobs;
    const segments: Segment[] = [];
    const end = { at: 0, line: 0, byte: 0 };
    const add = (source: Segment['source'], size: Pick<Segment, 'characters' | 'lines' | 'bytes'>): void => {
      if (size.characters === 0) return;
      const { characters, lines, bytes } = size;
      segments.push({ ...end, characters, lines, bytes, source });
      end.at += characters;
      end.line += lines;
      end.byte += bytes;
    };
    const addText = (part: string): void =>
      add({ text: part }, { characters: part.length, lines: countLines(part), bytes: utf8Length(part) });
    addText(stored?.head ?? '');
    for (const chunk of stored?.chunks ?? []) add({ hash: chunk.hash }, chunk);
    addText(text);
    this.#segments = segments;
    this.characters = end.at;
    this.bytes = end.byte;
    this.lines = end.line + (text === '' || text.endsWith('\n') ? 0 : 1);
  }

  /** Lines from one on (from 0), as many as an answer holds. Of long ones the beginning. */
  async readLines(from: number, count: number): Promise<TextLine[] | Fault> {
    const found: TextLine[] = [];
    let index = from === 0 ? 0 : this.#segments.findIndex(({ line, lines }) => from <= line + lines);
    let segment = this.#segments[index];
    if (index === -1 || segment === undefined) return [];
    let text = await this.#load(segment);
    if (isFault(text)) return text;
    let pos = from === 0 ? 0 : afterNewline(text, from - segment.line);
    let open: { at: number; text: string; characters: number } | null = null;
    let size = 0;
    while (found.length < count && size < mostOfAnswer) {
      const end: number = text.indexOf('\n', pos);
      const stop = end === -1 ? text.length : end;
      open ??= { at: segment.at + pos, text: '', characters: 0 };
      open.text += text.slice(pos, Math.min(stop, pos + mostOfLine - open.text.length));
      open.characters += stop - pos;
      if (end !== -1) {
        found.push(open);
        size += open.text.length;
        open = null;
        pos = end + 1;
        continue;
      }
      // Segments in the middle of a long line say how long they are.
      for (segment = this.#segments[(index += 1)]; segment !== undefined; segment = this.#segments[(index += 1)]) {
        if (segment.lines > 0 || open.text.length < mostOfLine) break;
        open.characters += segment.characters;
      }
      if (segment === undefined) break;
      const next = await this.#load(segment);
      if (isFault(next)) return next;
      [text, pos] = [next, 0];
    }
    if (open !== null && open.characters > 0 && found.length < count) found.push(open);
    return found;
  }

  /** Characters from one on, fewer at the end of the text. */
  async readCharacters(from: number, count: number): Promise<string | Fault> {
    const to = from + Math.min(count, mostOfAnswer);
    let answer = '';
    for (const segment of this.#segments) {
      if (segment.at + segment.characters <= from || segment.at >= to) continue;
      const text = await this.#load(segment);
      if (isFault(text)) return text;
      answer += text.slice(Math.max(0, from - segment.at), to - segment.at);
    }
    return answer;
  }

  /** Where words are, upper case or lower, the first ones. `complete`: those are all. */
  async search(
    words: string,
    { limit, signal }: { readonly limit: number; readonly signal: AbortSignal },
  ): Promise<{ readonly hits: TextHit[]; readonly complete: boolean } | Fault> {
    const hits: TextHit[] = [];
    const wanted = new RegExp(words.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), 'gi');
    // What of the text before could be the beginning of a hit, or stand before it in its line.
    let carry = '';
    let seenTo = 0;
    for (const segment of this.#segments) {
      if (signal.aborted) break;
      const loaded = await this.#load(segment);
      if (isFault(loaded)) return loaded;
      const text = carry + loaded;
      const start = segment.at - carry.length;
      let line = segment.line - countLines(carry);
      let counted = 0;
      for (const match of text.matchAll(wanted)) {
        if (start + match.index < seenTo) continue;
        // It may go on in the next segment, and so does what is after it.
        if (hits.length === limit) return { hits, complete: false };
        line += countLines(text.slice(counted, match.index));
        counted = match.index;
        seenTo = start + match.index + match[0].length;
        hits.push({ line, at: start + match.index, ...preview(text, match.index, match[0].length) });
      }
      carry = text.slice(Math.max(0, text.length - words.length + 1 - before));
    }
    return { hits, complete: !signal.aborted };
  }

  /** The bytes from one to another (both inclusive). A blob that cannot be read ends the stream with its fault. */
  readBytes(from: number, to: number): Readable {
    return Readable.from(this.#pieces(from, to), { objectMode: false, highWaterMark: 256 * 1024 });
  }

  async *#pieces(from: number, to: number): AsyncGenerator<Buffer> {
    for (const { byte, bytes, source } of this.#segments) {
      if (byte + bytes <= from || byte > to) continue;
      const whole = 'text' in source ? Buffer.from(source.text) : await this.#blobs.read(source.hash);
      if (isFault(whole)) throw new FaultError(whole);
      yield whole.subarray(Math.max(0, from - byte), to + 1 - byte);
    }
  }

  async #load({ source }: Segment): Promise<string | Fault> {
    if ('text' in source) return source.text;
    const bytes = await this.#blobs.read(source.hash);
    return isFault(bytes) ? bytes : bytes.toString();
  }
}

/** The place behind the n-th newline, from 1. */
function afterNewline(text: string, n: number): number {
  let at = 0;
  for (let passed = 0; passed < n; passed += 1) at = text.indexOf('\n', at) + 1;
  return at;
}

function preview(text: string, at: number, length: number): Pick<TextHit, 'preview' | 'from'> {
  const lineStart = Math.max(text.lastIndexOf('\n', at - 1) + 1, at - before);
  const newline = text.indexOf('\n', at + length);
  const lineEnd = Math.min(newline === -1 ? text.length : newline, at + length + after);
  return { preview: text.slice(lineStart, lineEnd).toWellFormed(), from: at - lineStart };
}
