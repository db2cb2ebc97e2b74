import type * as Y from 'yjs';
import type { CellId } from '#lib/core/ids.ts';
import type { CellResults } from '#lib/core/notebook/model.ts';
import { findNewResults, type BaseState } from './base-state.ts';
import { joinFile, type JoinedFile, type WrittenResults } from './join-file.ts';
import type { ParsedFile } from './parse-file.ts';
import type { ResultsPort } from './results-port.ts';

/** What a file has: as it is read, and as the results' host knows it. */
export type FileContent = { readonly parsed: ParsedFile; readonly written: WrittenResults };

/**
 * The file as it was last read or written: its text, and which results of the session host it has. Owned by the file
 * sync.
 */
export class LastFile {
  readonly #results: ResultsPort;
  #parsed: ParsedFile;
  #hash: string;
  #written: WrittenResults;

  /** @param loaded whether the results were taken from this very file. @param hash of the bytes that it was read from. */
  constructor(results: ResultsPort, parsed: ParsedFile, hash: string, loaded: boolean) {
    this.#results = results;
    this.#parsed = parsed;
    this.#hash = hash;
    this.#written = loaded ? resultsOf(results, idsOf(parsed)) : new Map();
  }

  get parsed(): ParsedFile {
    return this.#parsed;
  }

  /** What document and results make of it now. */
  join(doc: Y.Doc): JoinedFile {
    return joinFile(doc, this.#results, this.#parsed, this.#written);
  }

  /** Whether bytes of this hash have everything that was joined; the results are then known to be the file's. */
  has(joined: JoinedFile, hash: string): boolean {
    if (joined.changed || hash !== this.#hash) return false;
    this.#written = joined.written;
    return true;
  }

  adopt({ parsed, written }: FileContent, hash: string): void {
    this.#parsed = parsed;
    this.#hash = hash;
    this.#written = written;
  }

  /** Hands the results of a file that somebody else wrote to the session host, where they are new since `base`. */
  takeResults(base: BaseState, parsed: ParsedFile): { readonly count: number; readonly written: WrittenResults } {
    const loaded = findNewResults(base, parsed.file, this.#hash === base.fileHash ? this.#parsed.file : null);
    if (loaded.length > 0) this.#results.load(loaded);
    const written = resultsOf(
      this.#results,
      loaded.map(({ cellId }) => cellId),
    );
    for (const id of idsOf(parsed)) {
      const known = this.#written.get(id);
      if (known !== undefined && !written.has(id)) written.set(id, known);
    }
    return { count: loaded.length, written };
  }
}

const noResults: CellResults = { outputs: [], executionCount: null };

/** What the host has now of these cells, when that is known to be what the file has. */
function resultsOf(results: ResultsPort, ids: readonly CellId[]): Map<CellId, WeakRef<CellResults>> {
  return new Map(ids.map((id) => [id, new WeakRef(results.results(id) ?? noResults)]));
}

const idsOf = ({ file }: ParsedFile): CellId[] => file.cells.map(({ id }) => id);
