import { callApi } from '#lib/client/api.ts';
import { isFault } from '#lib/core/fault.ts';
import { nameMatcher } from '#lib/core/name-matcher.ts';
import type { FileItem } from '#lib/protocol/http/files.ts';
import { nameOf } from './locations.ts';

/** What a query has found so far. */
export type Found = {
  readonly query: string;
  readonly hits: readonly FileItem[];
  /** The server still looks. */
  readonly searching: boolean;
  /** False when there are more than are listed. */
  readonly complete: boolean;
};

/** The server is asked when the typing pauses this long, ms. */
const typingPause = 120;

/**
 * Finds files by name: at once among those that are listed, a moment later in the whole workspace. A newer query ends an
 * older one, here and on the server.
 */
export class FileFilter {
  readonly #listed: () => Iterable<FileItem>;
  readonly #changed: (found: Found | null) => void;
  #found: Found | null = null;
  #abort = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(listed: () => Iterable<FileItem>, changed: (found: Found | null) => void) {
    this.#listed = listed;
    this.#changed = changed;
  }

  /** The empty query ends the filter. */
  set(query: string): void {
    this.stop();
    const wanted = query.trim();
    if (wanted === '')
      return this.#publish(query === '' ? null : { query, hits: [], searching: false, complete: true });
    const matches = nameMatcher(query);
    const before = this.#found;
    // What has the longer word has the shorter one: typing on looks only through what was found.
    const narrows = before?.complete === true && !before.searching && extendsQuery(before.query, query);
    const hits = [...(narrows ? before.hits : this.#listed())].filter((one) => matches(one.name, one.path));
    this.#publish({ query, hits, searching: !narrows, complete: true });
    if (narrows) return;
    const abort = new AbortController();
    this.#abort = abort;
    this.#timer = setTimeout(() => void this.#search(query, hits, abort.signal), typingPause);
  }

  /** Ends a search that is under way. */
  stop(): void {
    this.#abort.abort();
    clearTimeout(this.#timer);
  }

  async #search(query: string, listed: readonly FileItem[], signal: AbortSignal): Promise<void> {
    const answer = await callApi('searchFiles', { query: { query: query.slice(0, 255) }, signal });
    if (signal.aborted) return;
    if (isFault(answer)) return this.#publish({ query, hits: listed, searching: false, complete: false });
    const known = new Set(listed.map(({ path }) => path));
    const further = answer.hits.filter(({ path }) => !known.has(path));
    const hits = [...listed, ...further.map((hit) => ({ ...hit, name: nameOf(hit.path) }))];
    this.#publish({ query, hits, searching: false, complete: answer.complete });
  }

  #publish(found: Found | null): void {
    this.#found = found;
    this.#changed(found);
  }
}

/** Whether every hit of the longer query is one of the shorter. */
function extendsQuery(shorter: string, longer: string): boolean {
  return shorter.trim() !== '' && longer.startsWith(shorter) && shorter.includes('/') === longer.includes('/');
}
