import { z } from 'zod';
import { callApi } from '#lib/client/api.ts';
import { connection } from '#lib/client/connection.ts';
import { isFault } from '#lib/core/fault.ts';
import type { FileItem } from '#lib/protocol/http/files.ts';
import { fileRows, type FileRow, type Listing, survivingRow } from './file-rows.ts';
import { folderOf, isWithin, joinPath } from './locations.ts';
import { StoredValue } from './stored-value.ts';

export type FileTreeState = {
  readonly rows: readonly FileRow[];
  /** Row that the keyboard is at. */
  readonly active: string | null;
  /** Path whose name is being edited. */
  readonly renaming: string | null;
};

const expandedFolders = new StoredValue<readonly string[]>('farfield-folders', z.array(z.string()), []);

/**
 * Listings of the folders that are shown, listed when they are opened and again when the server says that they changed.
 * Owns what is open, active and being renamed in the tree; `components/shell/file-actions.ts` changes files.
 */
class FileTreeStore {
  readonly #listings = new Map<string, Listing>();
  readonly #listeners = new Set<() => void>();
  /** Latest request per folder: an answer that was overtaken is dropped. */
  readonly #requests = new Map<string, number>();
  #expanded: ReadonlySet<string> = new Set();
  #state: FileTreeState = emptyState;
  #running = false;

  readonly getSnapshot = (): FileTreeState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    this.#run();
    return () => void this.#listeners.delete(listener);
  };

  /** Lists a folder anew. Resolves when its rows are there. */
  async list(folder: string): Promise<void> {
    const request = (this.#requests.get(folder) ?? 0) + 1;
    this.#requests.set(folder, request);
    const before = this.#listings.get(folder);
    this.#setListing(folder, { entries: before?.entries ?? null, fault: before?.fault ?? null, loading: true });
    const answer = await callApi('listFiles', { query: { path: folder } });
    if (this.#requests.get(folder) !== request) return;
    if (!isFault(answer)) {
      const entries = answer.entries.map((one) => ({ ...one, path: joinPath(folder, one.name) }));
      this.#setListing(folder, { entries, fault: null, loading: false });
    } else if (answer.fault === 'file.notFound' && folder !== '') {
      this.#forget(folder);
    } else {
      this.#setListing(folder, { entries: before?.entries ?? null, fault: answer, loading: false });
    }
  }

  toggle(folder: string, open = !this.#expanded.has(folder)): void {
    const next = new Set(this.#expanded);
    if (open) next.add(folder);
    else next.delete(folder);
    this.#setExpanded(next);
    if (open) void this.list(folder);
  }

  activate(id: string | null): void {
    if (id !== this.#state.active) this.#change({ active: id });
  }

  rename(path: string | null): void {
    this.#change({ renaming: path, ...(path === null ? {} : { active: path }) });
  }

  /** Opens the folders above a path, so that its row exists. */
  async reveal(path: string): Promise<void> {
    const above: string[] = [];
    for (let folder = folderOf(path); folder !== ''; folder = folderOf(folder)) above.unshift(folder);
    const hidden = above.filter((folder) => !this.#expanded.has(folder));
    if (hidden.length > 0) this.#setExpanded(new Set([...this.#expanded, ...hidden]));
    for (const folder of hidden) await this.list(folder);
  }

  /** Entry of the active row, if it is one. */
  activeEntry(): FileItem | null {
    const row = this.#state.rows.find((candidate) => candidate.id === this.#state.active);
    return row?.kind === 'entry' ? row.entry : null;
  }

  /** The first subscriber opens the line to the server; the tree then lives as long as the page. */
  #run(): void {
    if (this.#running) return;
    this.#running = true;
    this.#expanded = new Set(expandedFolders.get());
    const line = connection();
    line.on('files.changed', ({ folders }) => {
      for (const folder of folders) if (this.#listings.has(folder)) void this.list(folder);
    });
    let connected = line.status() === 'connected';
    line.onStatus(() => {
      const now = line.status() === 'connected';
      // What changed while the line was down was not announced.
      if (now && !connected) this.refresh();
      connected = now;
    });
    this.refresh();
  }

  /** Lists all folders that are shown anew. */
  refresh(): void {
    for (const folder of new Set(['', ...this.#expanded])) void this.list(folder);
  }

  #forget(folder: string): void {
    for (const known of this.#listings.keys()) if (isWithin(known, folder)) this.#listings.delete(known);
    this.#setExpanded(new Set([...this.#expanded].filter((path) => !isWithin(path, folder))));
  }

  #setListing(folder: string, listing: Listing): void {
    this.#listings.set(folder, listing);
    this.#change({});
  }

  #setExpanded(expanded: ReadonlySet<string>): void {
    this.#expanded = expanded;
    expandedFolders.set([...expanded]);
    this.#change({});
  }

  #change(part: Partial<FileTreeState>): void {
    const rows = fileRows(this.#listings, this.#expanded);
    const next = { ...this.#state, ...part, rows };
    this.#state = { ...next, active: survivingRow(rows, next.active) };
    for (const listener of this.#listeners) listener();
  }
}

const emptyState: FileTreeState = { rows: fileRows(new Map(), new Set()), active: null, renaming: null };

export const fileTree = new FileTreeStore();

export const initialFileTree = (): FileTreeState => emptyState;
