import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fault } from '#lib/core/fault.ts';
import type { FileItem } from '#lib/protocol/http/files.ts';
import { fileRows, type FileRow, flatRows, type Listing, type Rows, survivingRow, visibleRange } from './file-rows.ts';
import { joinPath, nameOf } from './locations.ts';

const entry = (path: string, kind: FileItem['kind']): FileItem => ({ name: nameOf(path), path, kind });
const ready = (...entries: FileItem[]): Listing => ({ entries, fault: null, loading: false });
const all = (rows: Rows) => Array.from({ length: rows.length }, (_, at) => rows.at(at) as FileRow);
const shape = (listings: Record<string, Listing>, expanded: string[] = []) =>
  all(fileRows(new Map(Object.entries(listings)), new Set(expanded))).map((row) => `${row.depth} ${row.id}`);

describe('fileRows', () => {
  test('an unlisted root is loading', () => expect(shape({})).toEqual(['0 loading:']));

  test('opened folders show their entries below themselves', () => {
    const listings = { '': ready(entry('d', 'folder'), entry('z.ipynb', 'notebook')), d: ready(entry('d/a', 'file')) };
    expect(shape(listings, ['d'])).toEqual(['0 d', '1 d/a', '0 z.ipynb']);
    expect(shape(listings)).toEqual(['0 d', '0 z.ipynb']);
  });

  test('an empty folder says so, a broken one keeps what was known and says why', () => {
    const broken: Listing = { entries: [entry('d/a', 'file')], fault: fault('file.permission', 'no'), loading: false };
    const root = ready(entry('d', 'folder'), entry('e', 'folder'));
    expect(shape({ '': root, d: broken, e: ready() }, ['d', 'e'])).toEqual([
      '0 d',
      '1 fault:d',
      '1 d/a',
      '0 e',
      '1 empty:e',
    ]);
  });

  test('a folder whose name another one begins with does not open with it', () => {
    const listings = { '': ready(entry('d', 'folder'), entry('d2', 'folder')), d: ready(), d2: ready() };
    expect(shape(listings, ['d2'])).toEqual(['0 d', '0 d2', '1 empty:d2']);
  });

  test('an opened folder that is gone, or is a file now, shows nothing', () => {
    expect(
      shape({ '': ready(entry('d', 'file')), d: ready(entry('d/a', 'file')) }, ['d', 'gone', 'gone/deeper']),
    ).toEqual(['0 d']);
  });

  test('is the tree, line by line, whatever is opened', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd');
    const tree = fc.dictionary(
      fc.array(name, { maxLength: 3 }).map((parts) => parts.join('/')),
      fc.uniqueArray(name),
    );
    fc.assert(
      fc.property(tree, fc.array(fc.array(name, { minLength: 1, maxLength: 3 })), (folders, opened) => {
        const listings = new Map(
          Object.entries(folders).map(([folder, names]) => [
            folder,
            ready(...names.map((one) => entry(joinPath(folder, one), one < 'c' ? 'folder' : 'file'))),
          ]),
        );
        const expanded = new Set(opened.map((parts) => parts.join('/')));
        const rows = fileRows(listings, expanded);
        const lines = all(rows);
        expect(lines.map((row) => `${row.depth} ${row.id}`)).toEqual(plainly(listings, expanded));
        for (const [at, row] of lines.entries()) expect(rows.indexOf(row.id)).toBe(at);
        expect([rows.at(-1), rows.at(lines.length), rows.indexOf('nowhere')]).toEqual([undefined, undefined, -1]);
      }),
    );
  });
});

/** The same, as one would say it. */
function plainly(
  listings: ReadonlyMap<string, Listing>,
  expanded: ReadonlySet<string>,
  folder = '',
  depth = 0,
): string[] {
  const entries = listings.get(folder)?.entries;
  if (!entries) return [`${depth} loading:${folder}`];
  if (entries.length === 0) return [`${depth} empty:${folder}`];
  return entries.flatMap(({ path, kind }) => [
    `${depth} ${path}`,
    ...(kind === 'folder' && expanded.has(path) ? plainly(listings, expanded, path, depth + 1) : []),
  ]);
}

describe('flatRows', () => {
  test('numbers what a filter found', () => {
    const rows = flatRows([entry('a/x', 'file'), entry('y', 'file')]);
    expect([rows.length, rows.indexOf('y'), rows.indexOf('x')]).toEqual([2, 1, -1]);
    expect(rows.at(0)).toMatchObject({ id: 'a/x', depth: 0, position: 1, siblings: 2 });
  });
});

describe('survivingRow', () => {
  const rows = fileRows(
    new Map([
      ['', ready(entry('d', 'folder'))],
      ['d', ready(entry('d/a', 'file'))],
    ]),
    new Set(['d']),
  );
  test.each([
    ['d/a', 'd/a'],
    ['d/gone', 'd'],
    ['loading:d', 'd'],
    ['d/gone/deeper', 'd'],
    ['gone', null],
    ['loading:', null],
    [null, null],
  ])('%s', (active, expected) => expect(survivingRow(rows, active)).toBe(expected));
});

describe('visibleRange', () => {
  test('20,000 rows mount a screenful', () => {
    const { from, to } = visibleRange({ top: 24 * 10_000, height: 600 }, 24, 20_000);
    expect(from).toBeLessThanOrEqual(10_000);
    expect(to).toBeGreaterThanOrEqual(10_025);
    expect(to - from).toBeLessThan(60);
  });

  test('a view beyond the end, after rows went away, stays in bounds', () => {
    expect(visibleRange({ top: 9_999, height: 600 }, 24, 3)).toEqual({ from: 3, to: 3 });
  });
});
