import type { Fault } from '#lib/core/fault.ts';
import type { FileItem } from '#lib/protocol/http/files.ts';
import { folderOf } from './locations.ts';

/** What is known of one folder's listing. A folder that is listed again keeps its old entries meanwhile. */
export type Listing = {
  readonly entries: readonly FileItem[] | null;
  readonly fault: Fault | null;
  readonly loading: boolean;
};

/** One line of the tree. */
export type FileRow =
  | {
      readonly kind: 'entry';
      readonly id: string;
      readonly entry: FileItem;
      readonly depth: number;
      readonly expanded: boolean;
      /** Place among its siblings, from 1, and their number: what a screen reader says. */
      readonly position: number;
      readonly siblings: number;
    }
  | NoteRow;

export type NoteRow =
  | { readonly kind: 'loading' | 'empty'; readonly id: string; readonly folder: string; readonly depth: number }
  | {
      readonly kind: 'fault';
      readonly id: string;
      readonly folder: string;
      readonly depth: number;
      readonly fault: Fault;
    };

/** Lines by number and numbers by line, without a list of all of them. */
export type Rows = {
  readonly length: number;
  readonly at: (index: number) => FileRow | undefined;
  /** -1 when no line has this id. */
  readonly indexOf: (id: string) => number;
};

/** An opened folder: a note or none, then its entries, with opened folders in place. */
type Branch = {
  readonly folder: string;
  readonly depth: number;
  readonly entries: readonly FileItem[];
  readonly note: NoteRow | null;
  /** Opened folders in it, in order. `before`: lines that those above it add to their own. */
  readonly opened: readonly { readonly place: number; readonly branch: Branch; readonly before: number }[];
  /** Lines, with everything below. */
  readonly size: number;
};

/**
 * The tree as the lines that are shown. Built from the opened folders alone, however many files they have: a change in
 * one folder of 20,000 costs what is open, not what is listed.
 */
export function fileRows(listings: ReadonlyMap<string, Listing>, expanded: ReadonlySet<string>): Rows {
  const openedIn = Map.groupBy(expanded, folderOf);
  const starts = new Map<string, { readonly branch: Branch; readonly parent: string | null }>();

  const build = (folder: string, depth: number, parent: string | null): Branch => {
    const listing = listings.get(folder);
    const entries = listing?.entries ?? [];
    const note = noteOf(folder, depth, listing);
    const opened: { place: number; branch: Branch; before: number }[] = [];
    const places = (openedIn.get(folder) ?? [])
      .map((path) => placeIn(entries, path))
      .filter((place) => entries[place]?.kind === 'folder')
      .toSorted((a, b) => a - b);
    let before = 0;
    for (const place of places) {
      const branch = build(entries[place]?.path ?? '', depth + 1, folder);
      opened.push({ place, branch, before });
      before += branch.size;
    }
    const size = (note === null ? 0 : 1) + entries.length + before;
    const branch = { folder, depth, entries, note, opened, size };
    starts.set(folder, { branch, parent });
    return branch;
  };
  const root = build('', 0, null);

  const startOf = (folder: string): number => {
    const found = starts.get(folder);
    if (found === undefined) return -1;
    return found.parent === null ? 0 : lineOf(folder) + 1;
  };
  const lineOf = (path: string): number => {
    const folder = folderOf(path);
    const branch = starts.get(folder)?.branch;
    const place = branch === undefined ? -1 : placeIn(branch.entries, path);
    return branch === undefined || place === -1 ? -1 : startOf(folder) + lineIn(branch, place);
  };
  return {
    length: root.size,
    at: (index) => (index < 0 || index >= root.size ? undefined : rowIn(root, index)),
    indexOf: (id) => {
      const note = noteIds.exec(id)?.[1];
      if (note === undefined) return lineOf(id);
      return starts.get(note)?.branch.note?.id === id ? startOf(note) : -1;
    },
  };
}

/** A flat list of files as lines: what a filter found. */
export function flatRows(files: readonly FileItem[]): Rows {
  return {
    length: files.length,
    at: (index) => {
      const entry = files[index];
      if (entry === undefined) return undefined;
      const place = { depth: 0, expanded: false, position: index + 1, siblings: files.length };
      return { kind: 'entry', id: entry.path, entry, ...place };
    },
    indexOf: (id) => placeIn(files, id),
  };
}

/** The row the keyboard is at after the rows changed: the same one, else the folder it stood for or lay in, else none. */
export function survivingRow(rows: Rows, active: string | null): string | null {
  let path = active;
  while (path !== null && rows.indexOf(path) === -1) {
    const note = noteIds.exec(path)?.[1];
    path = (note ?? folderOf(path)) || null;
  }
  return path;
}

/** The slice of rows to mount: what is seen, and a few more on both sides so that scrolling shows no gaps. */
export function visibleRange(
  view: { readonly top: number; readonly height: number },
  rowHeight: number,
  count: number,
): { readonly from: number; readonly to: number } {
  const margin = 12;
  const from = Math.max(0, Math.min(count, Math.floor(view.top / rowHeight) - margin));
  const to = Math.min(count, Math.ceil((view.top + view.height) / rowHeight) + margin);
  return { from, to: Math.max(from, to) };
}

const noteIds = /^(?:loading|empty|fault):(.*)$/s;

function noteOf(folder: string, depth: number, listing: Listing | undefined): NoteRow | null {
  if (listing?.fault) return { kind: 'fault', id: `fault:${folder}`, folder, depth, fault: listing.fault };
  if (!listing?.entries) return { kind: 'loading', id: `loading:${folder}`, folder, depth };
  return listing.entries.length === 0 ? { kind: 'empty', id: `empty:${folder}`, folder, depth } : null;
}

function rowIn(branch: Branch, index: number): FileRow {
  if (branch.note !== null && index === 0) return branch.note;
  const line = index - (branch.note === null ? 0 : 1);
  const above = lastAtOrBefore(branch, line);
  if (above === undefined) return entryRow(branch, line, false);
  const own = above.place + above.before;
  if (line === own) return entryRow(branch, above.place, true);
  if (line <= own + above.branch.size) return rowIn(above.branch, line - own - 1);
  return entryRow(branch, line - above.before - above.branch.size, false);
}

/** The last opened folder whose own line is at or before `line`. */
function lastAtOrBefore({ opened }: Branch, line: number): Branch['opened'][number] | undefined {
  let low = 0;
  let high = opened.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const one = opened[middle];
    if (one !== undefined && one.place + one.before <= line) low = middle + 1;
    else high = middle;
  }
  return opened[low - 1];
}

function lineIn(branch: Branch, place: number): number {
  const above = branch.opened.findLast((one) => one.place < place);
  const added = above === undefined ? 0 : above.before + above.branch.size;
  return (branch.note === null ? 0 : 1) + place + added;
}

function entryRow(branch: Branch, place: number, expanded: boolean): FileRow {
  const entry = branch.entries[place];
  if (entry === undefined) throw new Error(`${branch.folder} has no line ${place}`);
  const { depth, entries } = branch;
  return { kind: 'entry', id: entry.path, entry, depth, expanded, position: place + 1, siblings: entries.length };
}

const placesOf = new WeakMap<readonly FileItem[], ReadonlyMap<string, number>>();

/** Where a path stands in a listing, or -1. Looked up in an index that lives as long as the listing. */
function placeIn(entries: readonly FileItem[], path: string): number {
  let places = placesOf.get(entries);
  if (places === undefined) {
    places = new Map(entries.map((entry, place) => [entry.path, place]));
    placesOf.set(entries, places);
  }
  return places.get(path) ?? -1;
}
