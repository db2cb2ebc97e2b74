import { mkdir, mkdtemp, readdir, readFile, readlink, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isFault } from '#lib/core/fault.ts';
import { copyEntry } from './copy-entry.ts';
import { freeNames } from './free-names.ts';
import { Workspace } from './workspace.ts';

let base: string;
let root: string;
let workspace: Workspace;

beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'farfield-copy-')));
  root = join(base, 'served');
  await mkdir(join(root, 'd', 'deep'), { recursive: true });
  await writeFile(join(root, 'x.ipynb'), 'x');
  await writeFile(join(root, 'd', 'deep', 'y'), 'y');
  await symlink('deep/y', join(root, 'd', 'link'));
  workspace = new Workspace(root, join(base, 'trash'));
});
afterEach(() => rm(base, { recursive: true, force: true }));

const pathOf = async (path: string, folder: string) => {
  const made = await copyEntry(workspace, path, folder);
  return isFault(made) ? made.fault : made.path;
};

describe('copyEntry', () => {
  it('takes free names', async () => {
    expect(await pathOf('x.ipynb', '')).toBe('x copy.ipynb');
    expect(await pathOf('x.ipynb', '')).toBe('x copy 2.ipynb');
    expect(await pathOf('x copy.ipynb', '')).toBe('x copy 3.ipynb');
    expect(await readFile(join(root, 'x copy 3.ipynb'), 'utf8')).toBe('x');
  });

  it('keeps the name in another folder while it is free there', async () => {
    expect(await pathOf('x.ipynb', 'd')).toBe('d/x.ipynb');
    expect(await pathOf('x.ipynb', 'd')).toBe('d/x copy.ipynb');
  });

  it('copies folders whole, links as links', async () => {
    expect(await pathOf('d', '')).toBe('d copy');
    expect(await readFile(join(root, 'd copy', 'deep', 'y'), 'utf8')).toBe('y');
    expect(await readlink(join(root, 'd copy', 'link'))).toBe('deep/y');
  });

  it('refuses to copy a folder into itself and what is not there, and leaves nothing behind', async () => {
    expect(await pathOf('d', 'd/deep')).toBe('file.path');
    expect(await pathOf('gone', '')).toBe('file.notFound');
    expect(await pathOf('x.ipynb', 'gone')).toBe('file.notFound');
    expect(await pathOf('../x', '')).toBe('file.path');
    expect((await readdir(root)).toSorted()).toEqual(['d', 'x.ipynb']);
  });
});

describe('freeNames', () => {
  it('fits long names into 255 bytes without cutting a character', () => {
    const [first = ''] = freeNames(`${'é'.repeat(125)}.csv`, 'copy');
    expect(Buffer.byteLength(first)).toBeLessThanOrEqual(255);
    expect(first).toMatch(/^é+ copy\.csv$/);
  });

  it.each([
    ['.env', '.env copy'],
    ['a.tar.gz', 'a.tar copy.gz'],
    ['a copy 7.txt', 'a copy.txt'],
  ])('%s: %s', (name, expected) => expect(freeNames(name, 'copy').next().value).toBe(expected));
});
