import type { CellId } from '#lib/core/ids.ts';
import { findMatches, type TextMatch } from '#lib/core/notebook/find-text.ts';
import type { SearchAnswer, SearchTask } from './search-worker.ts';

export type SearchRequest = {
  readonly ids: readonly CellId[];
  readonly read: (id: CellId) => string;
  readonly pattern: RegExp;
  /** Matches in all cells together. */
  readonly limit: number;
  /** A person wrote the expression: it may take for ever, and is tried where it can be stopped. */
  readonly foreign: boolean;
};

export type Found = readonly (readonly [CellId, readonly TextMatch[]])[];

/** An expression that takes longer is given up. ms */
const longest = 3_000;
/** Work on the page's own thread without a pause, ms. */
const slice = 8;

/** Looks through many texts without keeping the page: one search at a time, a newer one ends the one before. */
export class TextSearch {
  #turn = 0;
  #end: (() => void) | null = null;

  stop(): void {
    this.#turn += 1;
    this.#end?.();
    this.#end = null;
  }

  /** The cells with matches, or why there can be none. A search that was ended answers nothing found. */
  run(request: SearchRequest): Promise<Found | string> {
    this.stop();
    return request.foreign ? this.#apart(request) : this.#here(request, this.#turn);
  }

  async #here({ ids, read, pattern, limit }: SearchRequest, turn: number): Promise<Found> {
    const found: [CellId, readonly TextMatch[]][] = [];
    let left = limit;
    let began = performance.now();
    for (const id of ids) {
      if (performance.now() - began > slice) {
        await pause();
        began = performance.now();
      }
      if (turn !== this.#turn || left <= 0) break;
      const matches = findMatches(read(id), pattern, left);
      if (matches.length > 0) found.push([id, matches]);
      left -= matches.length;
    }
    return turn === this.#turn ? found : [];
  }

  #apart({ ids, read, pattern, limit }: SearchRequest): Promise<Found | string> {
    const worker = new Worker(new URL('./search-worker.ts', import.meta.url), { type: 'module' });
    return new Promise((resolve) => {
      const finish = (answer: Found | string) => {
        clearTimeout(timer);
        worker.terminate();
        this.#end = null;
        resolve(answer);
      };
      const timer = setTimeout(
        () => finish(`The expression took longer than ${longest / 1_000} seconds. Write one that matches less.`),
        longest,
      );
      this.#end = () => finish([]);
      worker.addEventListener('message', ({ data }: MessageEvent<SearchAnswer>) =>
        finish(data.map(([at, matches]) => [ids[at] as CellId, matches] as const)),
      );
      worker.addEventListener('error', () => finish('The search could not be started. Reload the page.'));
      const task: SearchTask = { texts: ids.map(read), source: pattern.source, flags: pattern.flags, limit };
      worker.postMessage(task);
    });
  }
}

const pause = () =>
  new Promise<void>((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve();
    port2.postMessage(null);
  });
