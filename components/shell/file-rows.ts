import type { Fault } from '#lib/core/fault.ts';
import type { FileItem } from '#lib/protocol/http/files.ts';

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
  | { readonly kind: 'loading'; readonly id: string; readonly folder: string; readonly depth: number }
  | { readonly kind: 'empty'; readonly id: string; readonly folder: string; readonly depth: number }
  | {
      readonly kind: 'fault';
      readonly id: string;
      readonly folder: string;
      readonly depth: number;
      readonly fault: Fault;
    };

/** The tree as the lines that are shown, folders opened in place. Pure. */
export function fileRows(listings: ReadonlyMap<string, Listing>, expanded: ReadonlySet<string>): readonly FileRow[] {
  const rows: FileRow[] = [];
  const add = (folder: string, depth: number): void => {
    const listing = listings.get(folder);
    if (listing?.fault) rows.push({ kind: 'fault', id: `fault:${folder}`, folder, depth, fault: listing.fault });
    if (!listing?.entries) {
      if (!listing?.fault) rows.push({ kind: 'loading', id: `loading:${folder}`, folder, depth });
      return;
    }
    if (listing.entries.length === 0 && !listing.fault)
      rows.push({ kind: 'empty', id: `empty:${folder}`, folder, depth });
    for (const [index, entry] of listing.entries.entries()) {
      const open = entry.kind === 'folder' && expanded.has(entry.path);
      rows.push({
        kind: 'entry',
        id: entry.path,
        entry,
        depth,
        expanded: open,
        position: index + 1,
        siblings: listing.entries.length,
      });
      if (open) add(entry.path, depth + 1);
    }
  };
  add('', 0);
  return rows;
}

/** The row the keyboard is at after the rows changed: the same one, else the folder it stood for or lay in, else none. */
export function survivingRow(rows: readonly FileRow[], active: string | null): string | null {
  const ids = new Set(rows.map((row) => row.id));
  let path = active;
  while (path !== null && !ids.has(path)) {
    const note = /^(?:loading|empty|fault):(.*)$/s.exec(path)?.[1];
    const slash = path.lastIndexOf('/');
    path = note !== undefined ? note || null : slash === -1 ? null : path.slice(0, slash);
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
