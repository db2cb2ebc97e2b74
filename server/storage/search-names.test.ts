import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { searchNames } from './search-names.ts';
import { Workspace } from './workspace.ts';

let base: string;
let workspace: Workspace;

beforeAll(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'farfield-find-')));
  const root = join(base, 'served');
  for (const folder of ['sales/2024', 'node_modules/sales', '.git/sales', 'loop'])
    await mkdir(join(root, folder), { recursive: true });
  for (const file of ['sales/2024/Sales report.ipynb', 'sales/2024/report.csv', 'node_modules/sales/x', '.git/sales/y'])
    await writeFile(join(root, file), '');
  await writeFile(join(root, 'Verkaufsu\u0308bersicht.csv'), '');
  await writeFile(join(base, 'sales-outside'), '');
  await symlink('..', join(root, 'loop', 'up'));
  await symlink(join(base, 'sales-outside'), join(root, 'sales-out'));
  await symlink('sales/2024/report.csv', join(root, 'sales-link'));
  workspace = new Workspace(root, join(base, 'trash'));
});
afterAll(() => rm(base, { recursive: true, force: true }));

const find = async (query: string) =>
  (await workspace.search(query, new AbortController().signal)).hits.map(({ path }) => path).toSorted();

describe('search', () => {
  it.each([
    ['SALES', ['sales', 'sales-link', 'sales/2024/Sales report.ipynb']],
    ['report sales', ['sales/2024/Sales report.ipynb']],
    ['2024/ csv', ['sales/2024/report.csv']],
    ['übersicht', ['Verkaufsu\u0308bersicht.csv']],
    ['up', []],
    ['  ', []],
  ])('%s', async (query, expected) => {
    expect(await find(query)).toEqual(expected);
  });

  it('sends at most 500 hits and says that there are more', async () => {
    const names = Array.from({ length: 600 }, (_, at) => ({ name: `f${at}`, kind: 'file' as const }));
    const found = await searchNames('f', async () => names, new AbortController().signal);
    expect([found.hits.length, found.complete]).toEqual([500, false]);
  });

  it('stops when nobody waits for it any more', async () => {
    const abort = new AbortController();
    let read = 0;
    const endless = async (folder: string) => {
      read += 1;
      if (read === 5) abort.abort();
      return [{ name: `deeper${folder.length}`, kind: 'folder' as const }];
    };
    expect((await searchNames('zzz', endless, abort.signal)).complete).toBe(false);
    expect(read).toBe(5);
  });
});
