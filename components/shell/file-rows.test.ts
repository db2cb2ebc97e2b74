import { describe, expect, test } from 'vitest';
import { fault } from '#lib/core/fault.ts';
import type { FileItem } from '#lib/protocol/http/files.ts';
import { fileRows, type Listing, survivingRow, visibleRange } from './file-rows.ts';

const entry = (path: string, kind: FileItem['kind']): FileItem => ({
  name: path.slice(path.lastIndexOf('/') + 1),
  path,
  kind,
});
const ready = (...entries: FileItem[]): Listing => ({ entries, fault: null, loading: false });
const shape = (listings: Record<string, Listing>, expanded: string[] = []) =>
  fileRows(new Map(Object.entries(listings)), new Set(expanded)).map((row) => `${row.depth} ${row.id}`);

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
