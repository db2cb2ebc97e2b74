import type { Rows } from './file-rows.ts';
import { isWithin } from './locations.ts';

/** Paths that are chosen together, and the one from which a range is drawn. */
export type FileSelection = { readonly paths: ReadonlySet<string>; readonly anchor: string | null };

export const nothingSelected: FileSelection = { paths: new Set(), anchor: null };

/** Adds or takes away one row. The active row counts as chosen when the first other one is added. */
export function toggled(selection: FileSelection, path: string, active: string | null): FileSelection {
  const paths = new Set(selection.paths);
  if (paths.size === 0 && active !== null && active !== path) paths.add(active);
  if (!paths.delete(path)) paths.add(path);
  return { paths, anchor: path };
}

/** Everything from the anchor to a row, both included. */
export function rangeTo(selection: FileSelection, path: string, rows: Rows, active: string | null): FileSelection {
  const anchor = selection.anchor ?? active ?? path;
  const [from, to] = [rows.indexOf(anchor), rows.indexOf(path)].toSorted((a, b) => a - b);
  const paths = new Set<string>();
  for (let at = Math.max(0, from ?? 0); at <= (to ?? -1); at++) {
    const row = rows.at(at);
    if (row?.kind === 'entry') paths.add(row.id);
  }
  return { paths, anchor };
}

/** All entries of one folder, of those that are shown. */
export function allOf(rows: Rows, folder: readonly string[]): FileSelection {
  const paths = new Set(folder.filter((path) => rows.indexOf(path) !== -1));
  return { paths, anchor: null };
}

/** What is acted on: what lies in a chosen folder goes with the folder. */
export function outermost(paths: Iterable<string>): readonly string[] {
  const kept: string[] = [];
  // Sorted by segments, a folder comes right before what lies in it.
  for (const path of [...paths].toSorted((a, b) => compareBySegments(a, b))) {
    const last = kept.at(-1);
    if (last === undefined || !isWithin(path, last)) kept.push(path);
  }
  return kept;
}

function compareBySegments(a: string, b: string): number {
  const [one, other] = [a.replaceAll('/', '\0'), b.replaceAll('/', '\0')];
  return one < other ? -1 : Number(one > other);
}
