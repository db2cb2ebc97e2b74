import { z } from 'zod';
import { callApi } from '#lib/client/api.ts';
import { connection } from '#lib/client/connection.ts';
import { isFault } from '#lib/core/fault.ts';
import type { FileItem } from '#lib/protocol/http/files.ts';
import { FileFilter, type Found } from './file-filter.ts';
import { fileRows, flatRows, type Listing, type Rows, survivingRow } from './file-rows.ts';
import { allOf, type FileSelection, nothingSelected, outermost, rangeTo, toggled } from './file-selection.ts';
import { folderOf, isWithin, joinPath } from './locations.ts';
import { StoredValue } from './stored-value.ts';

export type FileTreeState = {
  readonly rows: Rows;
  /** Row that the keyboard is at. */
  readonly active: string | null;
  /** Path whose name is being edited. */
  readonly renaming: string | null;
  /** Rows chosen together; empty while there is only the active one. */
  readonly selection: FileSelection;
  /** What the filter found; null while there is none. */
  readonly found: Found | null;
  /** Paths that were cut or copied, to be pasted into a folder. */
  readonly clipboard: FileClipboard | null;
};

export type FileClipboard = { readonly kind: 'cut' | 'copy'; readonly paths: readonly string[] };

const expandedFolders = new StoredValue<readonly string[]>('farfield-folders', z.array(z.string()), []);

/** A folder in which much happens is listed anew at most this often, ms. */
const listPause = 250;

/**
 * Listings of the folders that are shown, listed when they are opened and again when the server says that they changed.
 * Owns what is open, active, chosen, filtered and being renamed in the tree; file-actions.ts changes files.
 */
class FileTreeStore {
  readonly #listings = new Map<string, Listing>();
  readonly #listeners = new Set<() => void>();
  /** Latest request per folder: an answer that was overtaken is dropped. */
  readonly #requests = new Map<string, number>();
  /** Folders that changed and are listed anew in a moment. */
  readonly #stale = new Set<string>();
  readonly #filter = new FileFilter(
    () => this.listed(),
    (found) => this.#change({ found, selection: nothingSelected }),
  );
  #staleTimer: ReturnType<typeof setTimeout> | null = null;
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
    this.#stale.delete(folder);
    const before = this.#listings.get(folder);
    if (before === undefined) this.#setListing(folder, { entries: null, fault: null, loading: true });
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

  /** What is known to lie in a folder. */
  entriesOf(folder: string): readonly FileItem[] {
    return this.#listings.get(folder)?.entries ?? [];
  }

  /** Everything that is known of any folder. */
  listed(): readonly FileItem[] {
    return [...this.#listings.values()].flatMap(({ entries }) => entries ?? []);
  }

  /** Paths of the folders that are known. */
  knownFolders(): readonly string[] {
    return this.listed()
      .filter(({ kind }) => kind === 'folder')
      .map(({ path }) => path);
  }

  toggle(folder: string, open = !this.#expanded.has(folder)): void {
    const next = new Set(this.#expanded);
    if (open) next.add(folder);
    else next.delete(folder);
    this.#setExpanded(next);
    if (open) void this.list(folder);
  }

  /** Moves the keyboard to a row; what was chosen together no longer is. */
  activate(id: string | null): void {
    if (id === this.#state.active && this.#state.selection === nothingSelected) return;
    this.#publish({ ...this.#state, active: id, selection: nothingSelected });
  }

  /** Adds a row to those chosen together, or takes it away. */
  toggleSelected(path: string): void {
    this.#publish({
      ...this.#state,
      active: path,
      selection: toggled(this.#state.selection, path, this.#state.active),
    });
  }

  /** Chooses everything up to a row. */
  selectTo(path: string): void {
    const { selection, rows, active } = this.#state;
    this.#publish({ ...this.#state, active: path, selection: rangeTo(selection, path, rows, active) });
  }

  /** Chooses everything that lies beside the active row. */
  selectAll(): void {
    const { active, rows, found } = this.#state;
    const beside = found?.hits ?? this.entriesOf(active === null ? '' : folderOf(active));
    this.#publish({
      ...this.#state,
      selection: allOf(
        rows,
        beside.map(({ path }) => path),
      ),
    });
  }

  rename(path: string | null): void {
    this.#publish({ ...this.#state, renaming: path, ...(path === null ? {} : { active: path }) });
  }

  setClipboard(clipboard: FileClipboard | null): void {
    this.#publish({ ...this.#state, clipboard });
  }

  /** Shows only what has the words of this query, from the whole workspace. '' shows the tree again. */
  filter(query: string): void {
    this.#filter.set(query);
  }

  /** Opens the folders above a path, so that its row exists. */
  async reveal(path: string): Promise<void> {
    if (this.#state.found !== null) this.filter('');
    const above: string[] = [];
    for (let folder = folderOf(path); folder !== ''; folder = folderOf(folder)) above.unshift(folder);
    const hidden = above.filter((folder) => !this.#expanded.has(folder));
    if (hidden.length > 0) this.#setExpanded(new Set([...this.#expanded, ...hidden]));
    await Promise.all(hidden.map((folder) => this.list(folder)));
  }

  /** Entry of the active row, if it is one. */
  activeEntry(): FileItem | null {
    const { active } = this.#state;
    return active === null ? null : this.entryAt(active);
  }

  entryAt(path: string): FileItem | null {
    const { rows } = this.#state;
    const row = rows.at(rows.indexOf(path));
    return row?.kind === 'entry' ? row.entry : null;
  }

  /** What a command acts on: what is chosen together, else the active row. */
  targets(): readonly FileItem[] {
    const { selection } = this.#state;
    const entry = this.activeEntry();
    if (selection.paths.size === 0) return entry === null ? [] : [entry];
    return outermost(selection.paths)
      .map((path) => this.entryAt(path))
      .filter((one) => one !== null);
  }

  /** Lists all folders that are shown anew. */
  refresh(): void {
    for (const folder of new Set(['', ...this.#expanded])) void this.list(folder);
  }

  /** The first subscriber opens the line to the server; the tree then lives as long as the page. */
  #run(): void {
    if (this.#running) return;
    this.#running = true;
    this.#expanded = new Set(expandedFolders.get());
    const line = connection();
    line.on('files.changed', ({ folders }) => {
      for (const folder of folders) if (this.#listings.has(folder)) this.#listSoon(folder);
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

  /** At once when it is quiet, else once per pause: an upload of a thousand files says so a thousand times. */
  #listSoon(folder: string): void {
    this.#stale.add(folder);
    if (this.#staleTimer !== null) return;
    const listStale = () => {
      this.#staleTimer = null;
      if (this.#stale.size === 0) return;
      this.#staleTimer = setTimeout(listStale, listPause);
      for (const stale of this.#stale) void this.list(stale);
    };
    this.#staleTimer = setTimeout(listStale, 20);
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

  /** After what is listed, opened or found has changed: the rows are others. */
  #change(part: Partial<FileTreeState>): void {
    const next = { ...this.#state, ...part };
    const rows = next.found === null ? fileRows(this.#listings, this.#expanded) : flatRows(next.found.hits);
    this.#publish({ ...next, rows, active: survivingRow(rows, next.active) });
  }

  #publish(state: FileTreeState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

const emptyState: FileTreeState = {
  rows: fileRows(new Map(), new Set()),
  active: null,
  renaming: null,
  selection: nothingSelected,
  found: null,
  clipboard: null,
};

export const fileTree = new FileTreeStore();

export const initialFileTree = (): FileTreeState => emptyState;
