import { callApi } from '#lib/client/api.ts';
import { type Fault, isFault } from '#lib/core/fault.ts';
import type { CellId, NotebookId } from '#lib/core/ids.ts';
import type { OutputHit, OutputLine } from '#lib/protocol/http/output-text.ts';

/** Which text: the output's place among those of its cell. */
export type OutputPlace = { readonly notebookId: NotebookId; readonly cellId: CellId; readonly output: number };

export type TextSearch = {
  readonly words: string;
  readonly hits: readonly OutputHit[];
  /** False when there are more. */
  readonly complete: boolean;
  readonly busy: boolean;
};

export type OutputTextState = {
  /** Null until the first answer. */
  readonly measures: { readonly lines: number; readonly characters: number; readonly bytes: number } | null;
  /** By number of the block. */
  readonly blocks: ReadonlyMap<number, readonly OutputLine[]>;
  readonly search: TextSearch | null;
  readonly fault: Fault | null;
};

/** Lines of one request. */
export const blockSize = 100;
/** Blocks that are kept, those farthest from the view go first. */
const mostBlocks = 40;

/** The whole text of an output as its reader sees it: parts near the view, asked for when they are. */
export class OutputText {
  readonly place: OutputPlace;
  readonly #call: typeof callApi;
  readonly #listeners = new Set<() => void>();
  readonly #asked = new Set<number>();
  #state: OutputTextState = { measures: null, blocks: new Map(), search: null, fault: null };
  /** Blocks near the view whose answer was a fault. */
  readonly #failed = new Set<number>();
  #failedWords: string | null = null;
  #near = 0;
  #abort: AbortController | null = null;

  constructor(place: OutputPlace, call: typeof callApi = callApi) {
    this.place = place;
    this.#call = call;
  }

  readonly getSnapshot = (): OutputTextState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** These lines are looked at (both inclusive): what is not here is asked for. */
  want(first: number, last: number): void {
    this.#near = Math.floor((first + last) / 2 / blockSize);
    const end = this.#state.measures?.lines ?? 1;
    const start = Math.floor(Math.max(0, first) / blockSize);
    for (const block of this.#failed) if (block < start || block * blockSize > last) this.#failed.delete(block);
    for (let block = start; block * blockSize <= last; block += 1) {
      if (block * blockSize >= end || this.#asked.has(block)) continue;
      const known = this.#state.blocks.get(block)?.length ?? 0;
      // A text that grows has its end written over.
      if (known < blockSize && block * blockSize + known < end) void this.#load(block);
    }
  }

  /** A line, read first where it is not here. */
  async line(index: number): Promise<OutputLine | null> {
    const block = Math.floor(index / blockSize);
    this.#near = block;
    if (this.#state.blocks.get(block)?.[index % blockSize] === undefined) await this.#load(block);
    return this.#state.blocks.get(block)?.[index % blockSize] ?? null;
  }

  /** Asks once more for what failed. */
  retry(): void {
    const blocks = [...this.#failed];
    const words = this.#failedWords;
    this.#failed.clear();
    this.#failedWords = null;
    this.#change({ fault: null });
    for (const block of blocks) if (!this.#asked.has(block)) void this.#load(block);
    if (words !== null) void this.search(words);
  }

  async characters(from: number, count: number): Promise<string | Fault> {
    const query = { ...this.place, unit: 'characters' as const, from, count };
    const answer = await this.#call('readOutputText', { query });
    return isFault(answer) ? answer : (answer.parts[0]?.text ?? '');
  }

  /** Looks for words; a search that is under way is called off. Empty words end the search. */
  async search(words: string): Promise<void> {
    this.#abort?.abort();
    this.#failedWords = null;
    if (words === '') return this.#change({ search: null });
    const abort = new AbortController();
    this.#abort = abort;
    this.#change({ search: { words, hits: [], complete: false, busy: true }, fault: null });
    const answer = await this.#call('searchOutputText', { query: { ...this.place, words }, signal: abort.signal });
    if (abort.signal.aborted) return;
    if (isFault(answer)) {
      this.#failedWords = words;
      return this.#change({ search: null, fault: answer });
    }
    this.#change({ search: { words, ...answer, busy: false } });
  }

  stop(): void {
    this.#abort?.abort();
    this.#listeners.clear();
  }

  async #load(block: number): Promise<void> {
    this.#asked.add(block);
    const query = { ...this.place, from: block * blockSize, count: blockSize };
    const answer = await this.#call('readOutputText', { query });
    this.#asked.delete(block);
    if (isFault(answer)) {
      this.#failed.add(block);
      return this.#change({ fault: answer });
    }
    this.#failed.delete(block);
    const blocks = new Map(this.#state.blocks).set(block, answer.parts);
    const far = [...blocks.keys()].sort((a, b) => Math.abs(b - this.#near) - Math.abs(a - this.#near));
    for (const other of far.slice(0, Math.max(0, blocks.size - mostBlocks))) blocks.delete(other);
    const { lines, characters, bytes } = answer;
    const isWhole = this.#failed.size === 0 && this.#failedWords === null;
    this.#change({ blocks, measures: { lines, characters, bytes }, ...(isWhole ? { fault: null } : {}) });
  }

  #change(change: Partial<OutputTextState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}
