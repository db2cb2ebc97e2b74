import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isFault } from '#lib/core/fault.ts';
import { contentHash } from './content-hash.ts';
import { Workspace } from './workspace.ts';

let base: string;
let root: string;
let workspace: Workspace;

beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'farfield-ws-')));
  root = join(base, 'served');
  await mkdir(join(root, 'sub'), { recursive: true });
  await mkdir(join(base, 'served-evil'));
  await writeFile(join(base, 'secret.txt'), 'secret');
  await writeFile(join(base, 'served-evil', 'secret.txt'), 'secret');
  await writeFile(join(root, 'a.ipynb'), '{}');
  await writeFile(join(root, 'sub', 'b.txt'), 'b');
  workspace = new Workspace(root, join(base, 'state', 'trash'));
});
afterEach(() => rm(base, { recursive: true, force: true }));

const ok = <Value>(value: Value) => {
  if (isFault(value)) throw new Error(`${value.fault}: ${value.message}`);
  return value as Exclude<Value, { fault: unknown }>;
};

describe('the state folder below the root', () => {
  it('is not served, not written and not moved with a folder around it', async () => {
    await mkdir(join(root, 'app', 'state'), { recursive: true });
    await writeFile(join(root, 'app', 'state', 'seal.key'), 'key');
    await symlink(join(root, 'app', 'state'), join(root, 'shortcut'));
    const served = new Workspace(root, join(base, 'state', 'trash'), join(root, 'app', 'state'));
    for (const path of ['app/state/seal.key', 'shortcut/seal.key', 'app/state']) {
      expect(isFault(await served.readBytes(path)), path).toBe(true);
      expect(isFault(await served.trash(path)) || path === 'shortcut', path).toBe(true);
    }
    for (const path of ['app', 'app/state']) expect(await served.trash(path)).toMatchObject({ fault: 'file.path' });
    expect(await served.rename('app', 'else')).toMatchObject({ fault: 'file.path' });
    expect(isFault(await served.create('app/state', 'file', 'x'))).toBe(true);
    expect(ok(await served.create('app', 'file', 'mine.txt')).path).toBe('app/mine.txt');
  });
});

describe('containment', () => {
  const attacks: [string, string][] = [
    ['parent', '../secret.txt'],
    ['parent inside', 'sub/../../secret.txt'],
    ['parent that comes back', '../served/a.ipynb'],
    ['absolute', '/etc/passwd'],
    ['double slash', '//etc/passwd'],
    ['empty part', 'sub//b.txt'],
    ['dot', './a.ipynb'],
    ['trailing slash', 'sub/'],
    ['NUL', 'a.ipynb\0.txt'],
    ['backslash', '..\\secret.txt'],
    ['drive', 'C:\\x'],
    ['newline', 'a\nb'],
    ['escape', 'a\u001b[31m'],
    ['lone surrogate', 'a\ud800'],
    ['long name', 'n'.repeat(256)],
    ['long path', 'd/'.repeat(3000) + 'x'],
    ['link out', 'out/secret.txt'],
    ['link to file out', 'out-file'],
    ['link to sibling with the same prefix', 'evil/secret.txt'],
    ['missing below a link out', 'out/nothing/here'],
    ['link over a link', 'twice/secret.txt'],
  ];

  beforeEach(async () => {
    await symlink(base, join(root, 'out'));
    await symlink(join(base, 'secret.txt'), join(root, 'out-file'));
    await symlink(join(base, 'served-evil'), join(root, 'evil'));
    await symlink('out', join(root, 'twice'));
  });

  it.each(attacks)('refuses %s', async (_name, path) => {
    for (const answer of [
      await workspace.resolve(path),
      await workspace.readBytes(path),
      await workspace.stat(path),
      await workspace.list(path),
      await workspace.writeText(path, 'x', contentHash('secret')),
    ])
      expect(answer).toMatchObject({ fault: 'file.path' });
    if (!path.startsWith('out-file')) {
      expect(await workspace.rename('a.ipynb', path)).toMatchObject({ fault: 'file.path' });
      expect(await workspace.rename(path, 'sub/new')).toMatchObject({ fault: 'file.path' });
      expect(await workspace.trash(path)).toMatchObject({ fault: 'file.path' });
    }
    expect(await workspace.create('', 'file', path.includes('/') ? path : `${path}/x`)).toMatchObject({
      fault: 'file.path',
    });
    expect(await readFile(join(base, 'secret.txt'), 'utf8')).toBe('secret');
  });

  it('never decodes', async () => {
    for (const path of [
      '%2e%2e/secret.txt',
      '%2e%2e%2fsecret.txt',
      '..%2fsecret.txt',
      '%252e%252e/secret.txt',
      '．．/secret.txt',
    ])
      expect(await workspace.readBytes(path)).toMatchObject({ fault: 'file.notFound' });
  });

  it('does not read pipes and does not hang on them', async () => {
    execFileSync('mkfifo', [join(root, 'pipe')]);
    expect(await workspace.readBytes('pipe')).toMatchObject({ fault: 'file.kind' });
    expect(ok(await workspace.list('')).entries.map((entry) => entry.name)).not.toContain('pipe');
  });

  it('follows links that stay inside and names the file canonically', async () => {
    await symlink('sub', join(root, 'inner'));
    expect(ok(await workspace.resolve('inner/b.txt')).path).toBe('sub/b.txt');
  });

  it('does not list hidden names and links that lead out', async () => {
    await mkdir(join(root, '.git'));
    await symlink('nowhere', join(root, 'dangling'));
    expect(ok(await workspace.list('')).entries.map((entry) => [entry.name, entry.kind])).toEqual([
      ['sub', 'folder'],
      ['a.ipynb', 'notebook'],
    ]);
  });
});

describe('files', () => {
  it('lists by name with numbers in order', async () => {
    for (const name of ['x10', 'x9', 'X1']) await writeFile(join(root, 'sub', name), '');
    expect(ok(await workspace.list('sub')).entries.map((entry) => entry.name)).toEqual(['b.txt', 'X1', 'x9', 'x10']);
  });

  it('creates free names and never overwrites', async () => {
    expect(ok(await workspace.create('', 'notebook')).path).toBe('Untitled.ipynb');
    expect(ok(await workspace.create('', 'notebook')).path).toBe('Untitled 1.ipynb');
    expect(ok(await workspace.create('sub', 'folder')).path).toBe('sub/Untitled');
    expect(await workspace.create('', 'notebook', 'a')).toMatchObject({ fault: 'file.exists' });
    expect(await readFile(join(root, 'a.ipynb'), 'utf8')).toBe('{}');
    expect(await workspace.create('missing', 'file')).toMatchObject({ fault: 'file.notFound' });
    const made = JSON.parse(await readFile(join(root, 'Untitled.ipynb'), 'utf8')) as {
      nbformat_minor: number;
      cells: unknown[];
    };
    expect([made.nbformat_minor, made.cells.length]).toEqual([5, 1]);
  });

  it('renames files and folders and never overwrites', async () => {
    expect(ok(await workspace.rename('a.ipynb', 'sub/c.ipynb')).kind).toBe('notebook');
    expect(await workspace.rename('sub/c.ipynb', 'sub/b.txt')).toMatchObject({ fault: 'file.exists' });
    await mkdir(join(root, 'empty'));
    expect(await workspace.rename('sub', 'empty')).toMatchObject({ fault: 'file.exists' });
    expect(await workspace.rename('sub', 'sub/inside')).toMatchObject({ fault: 'file.path' });
    ok(await workspace.rename('sub', 'moved'));
    expect((await readdir(join(root, 'moved'))).toSorted()).toEqual(['b.txt', 'c.ipynb']);
    expect(await workspace.rename('gone', 'other')).toMatchObject({ fault: 'file.notFound' });
  });

  it('moves a link, not what it leads to', async () => {
    await symlink('a.ipynb', join(root, 'link'));
    ok(await workspace.rename('link', 'link2'));
    ok(await workspace.trash('link2'));
    expect(await readFile(join(root, 'a.ipynb'), 'utf8')).toBe('{}');
  });

  it('trashes and restores, also when the name and the folder are taken or gone', async () => {
    const { trashId } = ok(await workspace.trash('sub/b.txt'));
    await rm(join(root, 'sub'), { recursive: true });
    expect(ok(await workspace.restore(trashId)).path).toBe('sub/b.txt');
    expect(await workspace.restore(trashId)).toMatchObject({ fault: 'file.notFound' });
    const again = ok(await workspace.trash('sub/b.txt'));
    await writeFile(join(root, 'sub', 'b.txt'), 'other');
    expect(ok(await workspace.restore(again.trashId)).path).toBe('sub/b (restored).txt');
    expect(await readFile(join(root, 'sub', 'b.txt'), 'utf8')).toBe('other');
    expect(await workspace.restore('../../x')).toMatchObject({ fault: 'file.notFound' });
    expect(await workspace.trash('')).toMatchObject({ fault: 'file.path' });
  });

  it('writes text only over the version that was read and keeps the old bytes', async () => {
    expect(await workspace.writeText('a.ipynb', 'x', contentHash('stale'))).toMatchObject({ fault: 'file.changed' });
    ok(await workspace.writeText('a.ipynb', '{"x":1}', contentHash('{}')));
    expect(await readFile(join(root, 'a.ipynb'), 'utf8')).toBe('{"x":1}');
    const [id] = await readdir(join(base, 'state', 'trash'));
    expect(await readFile(join(base, 'state', 'trash', id as string, 'content'), 'utf8')).toBe('{}');
    expect((await stat(join(base, 'state', 'trash', id as string))).mode & 0o777).toBe(0o700);
  });
});

describe('large folders', () => {
  it('lists 20,000 files', async () => {
    const folder = join(root, 'many');
    await mkdir(folder);
    for (let from = 0; from < 20_000; from += 500)
      await Promise.all(Array.from({ length: 500 }, (_, index) => writeFile(join(folder, `f${from + index}.txt`), '')));
    const { entries } = ok(await workspace.list('many'));
    expect([entries.length, entries[0]?.name, entries[19_999]?.name]).toEqual([20_000, 'f0.txt', 'f19999.txt']);
  });
});
