import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { diskEffects, type DiskEffects } from './disk-effects.ts';
import { moveExclusively, Trash } from './trash.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'farfield-trash-'));
  await mkdir(join(root, 'work', 'd'), { recursive: true });
  await writeFile(join(root, 'work', 'd', 'a.ipynb'), 'precious');
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** Another device, on which a folder loses a file and then refuses to go. */
const half: DiskEffects = {
  ...diskEffects,
  rename: async () => {
    throw Object.assign(new Error('EXDEV'), { code: 'EXDEV' });
  },
  rm: async (path, options) => {
    if (path !== join(root, 'work', 'd')) return diskEffects.rm(path, options);
    await diskEffects.rm(join(root, 'work', 'd', 'a.ipynb'));
    throw Object.assign(new Error('EACCES'), { code: 'EACCES' });
  },
};

it('keeps the copy when only half of the original could be deleted', async () => {
  const bin = join(root, 'bin');
  await mkdir(bin);
  // `writeFileDurably` renames inside the trash; only the move itself crosses devices.
  const trash = new Trash(bin, () => 1_000_000_000_000, {
    ...half,
    rename: (from, to) => (String(from).startsWith(bin) ? diskEffects.rename(from, to) : half.rename(from, to)),
  });
  expect(await trash.move('d', join(root, 'work', 'd'))).toMatchObject({ fault: 'file.permission' });
  const [id = ''] = await readdir(bin);
  expect(await readFile(join(bin, id, 'content', 'a.ipynb'), 'utf8')).toBe('precious');
});

it('a folder that is moved to another device is never gone from both', async () => {
  await expect(moveExclusively(join(root, 'work', 'd'), join(root, 'e'), half)).rejects.toMatchObject({
    code: 'EACCES',
  });
  expect(await readFile(join(root, 'e', 'a.ipynb'), 'utf8')).toBe('precious');
});

it('a folder that somebody put something into while it was made is left to them', async () => {
  const rename: DiskEffects['rename'] = async (from, to) => {
    await writeFile(join(String(to), 'theirs'), 'precious too');
    await diskEffects.rename(from, to);
  };
  await expect(
    moveExclusively(join(root, 'work', 'd'), join(root, 'e'), { ...diskEffects, rename }),
  ).rejects.toMatchObject({ code: 'ENOTEMPTY' });
  expect(await readFile(join(root, 'e', 'theirs'), 'utf8')).toBe('precious too');
  expect(await readFile(join(root, 'work', 'd', 'a.ipynb'), 'utf8')).toBe('precious');
});

it('a file that may not leave its folder has no second name afterwards', async () => {
  const from = join(root, 'work', 'd', 'a.ipynb');
  const unlink: DiskEffects['unlink'] = async (path) => {
    if (path === from) throw Object.assign(new Error('EPERM'), { code: 'EPERM' });
    await diskEffects.unlink(path);
  };
  await expect(moveExclusively(from, join(root, 'b'), { ...diskEffects, unlink })).rejects.toMatchObject({
    code: 'EPERM',
  });
  expect(await readdir(root)).toEqual(['work']);
  expect(await readFile(from, 'utf8')).toBe('precious');
});
