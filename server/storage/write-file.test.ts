import { chmod, lstat, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fault } from '#lib/core/fault.ts';
import { diskEffects, type DiskEffects } from './disk-effects.ts';
import { writeFileDurably } from './write-file.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'farfield-write-'));
  path = join(folder, 'a.ipynb');
  await writeFile(path, 'old');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const failure = (code: string) => Object.assign(new Error(code), { code });
/** Disk effects whose handles fail in one method. */
const failing = (method: 'writeFile' | 'sync', code: string): DiskEffects => ({
  ...diskEffects,
  open: async (...args) => {
    const handle = await diskEffects.open(...args);
    handle[method] = async () => {
      throw failure(code);
    };
    return handle;
  },
});

describe('writeFileDurably', () => {
  it('replaces the bytes, keeps the mode, leaves nothing else', async () => {
    await chmod(path, 0o640);
    expect(await writeFileDurably(path, Buffer.from('new'))).toBeNull();
    expect(await readFile(path, 'utf8')).toBe('new');
    expect((await stat(path)).mode & 0o777).toBe(0o640);
    expect(await readdir(folder)).toEqual(['a.ipynb']);
  });

  it('writes through a symlink and keeps it a link', async () => {
    const link = join(folder, 'link.ipynb');
    await symlink('a.ipynb', link);
    expect(await writeFileDurably(link, Buffer.from('new'))).toBeNull();
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect(await readFile(path, 'utf8')).toBe('new');
  });

  it.each([
    ['a full disk', failing('writeFile', 'ENOSPC'), 'file.noSpace'],
    ['a failing fsync', failing('sync', 'EIO'), 'file.io'],
    ['a read-only file system', { ...diskEffects, open: () => Promise.reject(failure('EROFS')) }, 'file.permission'],
    ['a failing rename', { ...diskEffects, rename: () => Promise.reject(failure('EIO')) }, 'file.io'],
  ] as const)('leaves the old file whole after %s', async (_name, effects, code) => {
    expect(await writeFileDurably(path, Buffer.from('new'), {}, effects as DiskEffects)).toMatchObject({ fault: code });
    expect(await readFile(path, 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['a.ipynb']);
  });

  it('asks the check after writing and before replacing', async () => {
    const refused = await writeFileDurably(path, Buffer.from('new'), {
      check: async () => fault('file.changed', 'no'),
    });
    expect(refused).toMatchObject({ fault: 'file.changed' });
    expect(await readFile(path, 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['a.ipynb']);
  });

  const noNewFiles: DiskEffects = {
    ...diskEffects,
    open: (target, flags, mode) =>
      flags === 'wx' ? Promise.reject(failure('EACCES')) : diskEffects.open(target, flags, mode),
  };

  it('writes in place where the folder takes no new file', async () => {
    const { ino } = await stat(path);
    expect(await writeFileDurably(path, Buffer.from('n'), {}, noNewFiles)).toBeNull();
    expect(await readFile(path, 'utf8')).toBe('n');
    expect((await stat(path)).ino).toBe(ino);
  });

  it('puts the old bytes back when writing in place fails half-way', async () => {
    let writes = 0;
    const effects: DiskEffects = {
      ...noNewFiles,
      open: async (target, flags, mode) => {
        const handle = await noNewFiles.open(target, flags, mode);
        const write = handle.write.bind(handle) as (
          ...args: unknown[]
        ) => Promise<{ bytesWritten: number; buffer: Uint8Array }>;
        handle.write = (async (bytes: Uint8Array, offset: number, _length: number, position: number) => {
          if (++writes === 1) return await write(bytes, offset, 1, position);
          if (writes === 2) throw failure('ENOSPC');
          return await write(bytes, offset, bytes.length - offset, position);
        }) as unknown as typeof handle.write;
        return handle;
      },
    };
    expect(await writeFileDurably(path, Buffer.from('longer'), {}, effects)).toMatchObject({ fault: 'file.noSpace' });
    expect(await readFile(path, 'utf8')).toBe('old');
  });
});
