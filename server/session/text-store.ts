import { isFault, type Fault } from '#lib/core/fault.ts';
import type { RunId } from '#lib/core/ids.ts';
import type { Output, StreamOutput } from '#lib/core/notebook/output.ts';
import { countLines, cutBefore, lastIndexNear } from '#lib/core/render/stream-text.ts';
import type { SessionEvent, SessionEventOf } from '#lib/core/session/event.ts';
import type { NotebookRunState } from '#lib/core/session/state.ts';
import { textLength } from '#lib/core/session/stream-output.ts';
import type { BlobHash, BlobStore } from '#server/storage/blob-store.ts';

/**
 * Keeps the text of a notebook's stream outputs bounded in memory: what is long goes to the blob store, in chunks of
 * whole lines, and the state keeps the beginning and the end. The bytes are in the operating system's hands before the
 * event is made, all in the turn in which the text arrived: nothing waits in memory, however fast a kernel prints.
 */
type Sizes = {
  /** UTF-16 units of one text that stay in memory at most, and after a chunk was stored. */
  readonly most: number;
  readonly kept: number;
  /** Of its beginning. */
  readonly head: number;
  /** Of one chunk. */
  readonly chunk: number;
  /** Of all texts of a cell together, before those that are finished are cut. */
  readonly cell: number;
  /** Of a text that is finished, in a cell that is above that. */
  readonly finished: number;
  /** Of a line: a longer one is cut where it is, and what was cut off cannot be written over any more. */
  readonly line: number;
};

const usual: Sizes = {
  most: 1_280 * 1024,
  kept: 256 * 1024,
  head: 64 * 1024,
  chunk: 1024 * 1024,
  cell: 4 * 1024 * 1024,
  finished: 64 * 1024,
  line: 64 * 1024,
};

export class TextStore {
  readonly #blobs: BlobStore;
  readonly #report: (problem: string) => void;
  readonly #sizes: Sizes;
  /** Characters that arrived for a run since its cell was looked over. */
  readonly #arrived = new Map<RunId, number>();
  /** What the disk said last; null while it takes what it is given. */
  #trouble: string | null = null;
  #scratch: Buffer = Buffer.alloc(0);
  /** Length of the text at which a failed disk is tried again. */
  #againAt = 0;

  constructor(blobs: BlobStore, report: (problem: string) => void, sizes: Sizes = usual) {
    this.#blobs = blobs;
    this.#report = report;
    this.#sizes = sizes;
  }

  get trouble(): string | null {
    return this.#trouble;
  }

  /** What has to be said of the state after this event, so that it stays bounded; the chunks are stored already. */
  store(state: NotebookRunState, event: SessionEvent): SessionEvent[] {
    if (event.type === 'RunFinished') this.#arrived.delete(event.runId);
    if (event.type !== 'StreamArrived') return [];
    const run = state.runs.get(event.runId);
    const outputs = (run && state.cells.get(run.cellId)?.outputs) ?? [];
    const place = outputs.length - 1;
    const last = outputs[place];
    const arrived = (this.#arrived.get(event.runId) ?? 0) + event.text.length;
    this.#arrived.set(event.runId, arrived);
    const stored: SessionEvent[] = [];
    if (last?.output_type === 'stream' && last.text.length > this.#sizes.most) {
      stored.push(...this.#cut(last, { ...event, output: place, kept: this.#sizes.kept }));
    }
    if (arrived > this.#sizes.cell) {
      this.#arrived.set(event.runId, 0);
      stored.push(...this.#cutFinished(outputs.slice(0, -1), event));
    }
    return stored;
  }

  /** Before a snapshot leaves out what is stored: it is on the disk. */
  secure(): boolean {
    const refused = this.#blobs.syncNow();
    if (refused !== null) this.#failed(refused, 0);
    return refused === null;
  }

  /**
   * A chunk that a replayed log says is stored: a power cut may have taken or damaged it, and the log still has its
   * text. `state` is the one before the event.
   */
  heal(state: NotebookRunState, event: SessionEventOf<'StreamStored'>): void {
    if (this.#blobs.size(event.hash) === event.bytes && !isFault(this.#blobs.readNow(event.hash))) return;
    const run = state.runs.get(event.runId);
    const output = run && state.cells.get(run.cellId)?.outputs[event.output];
    if (output?.output_type !== 'stream') return;
    const start = textLength(output) - output.text.length;
    const text = output.text.slice(event.from - start, event.from - start + event.characters);
    const hash = this.#blobs.putNow(Buffer.from(text));
    if (isFault(hash)) this.#failed(hash, 0);
  }

  #cutFinished(outputs: readonly Output[], event: SessionEventOf<'StreamArrived'>): SessionEvent[] {
    const { finished } = this.#sizes;
    return outputs.flatMap((output, index) =>
      output.output_type === 'stream' && output.text.length > 2 * finished
        ? this.#cut(output, { ...event, output: index, kept: finished })
        : [],
    );
  }

  /** Stores the text of an output up to its last `kept` units. */
  #cut(output: StreamOutput, { at, by, runId, output: place, kept }: Cut): SessionEvent[] {
    const { text, stored: before } = output;
    if (this.#trouble !== null && text.length < this.#againAt) return [];
    const { head, chunk, line } = this.#sizes;
    const start = before === undefined ? 0 : before.head.length + before.characters;
    const events: SessionEvent[] = [];
    let from = before === undefined ? cutPlace(text, 0, Math.min(head, text.length - kept), line) : 0;
    while (text.length - from > kept) {
      const to = cutPlace(text, from, Math.min(from + chunk, text.length - kept), line);
      if (to <= from) break;
      const part = text.slice(from, to);
      const bytes = this.#encode(part);
      const hash: BlobHash | Fault = this.#blobs.putNow(bytes);
      if (isFault(hash)) {
        this.#failed(hash, text.length - from + chunk);
        break;
      }
      this.#trouble = null;
      const sizes = { characters: part.length, bytes: bytes.length, lines: countLines(part) };
      events.push({ type: 'StreamStored', at, by, runId, output: place, hash, from: start + from, ...sizes });
      from = to;
    }
    return events;
  }

  /** The bytes of a chunk, good until the next one: a gigabyte of text would leave a gigabyte of them behind. */
  #encode(part: string): Buffer {
    const length = Buffer.byteLength(part);
    if (this.#scratch.length < length) this.#scratch = Buffer.allocUnsafe(2 * length);
    this.#scratch.write(part);
    return this.#scratch.subarray(0, length);
  }

  #failed({ message }: Fault, againAt: number): void {
    if (this.#trouble === null) this.#report(`stored outputs: ${message}; long outputs stay in memory`);
    this.#trouble = message;
    this.#againAt = againAt;
  }
}

type Cut = Pick<SessionEventOf<'StreamStored'>, 'at' | 'by' | 'runId' | 'output'> & { readonly kept: number };

/** The end of a line near `at` and behind `from`, or `at` itself within a line that is too long; `from` where none is. */
function cutPlace(text: string, from: number, at: number, longestLine: number): number {
  // No further than matters: a text without lines is as long as it likes.
  const lineEnd = lastIndexNear(text, '\n', at, longestLine) + 1;
  if (at - lineEnd >= longestLine) return cutBefore(text, at);
  if (lineEnd > from) return lineEnd;
  const next = text.slice(at, lineEnd + longestLine).indexOf('\n') + 1;
  return next > 0 ? at + next : from;
}
