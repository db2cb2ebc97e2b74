import { fstatSync as statNow } from 'node:fs';
import { mkdtemp, readdir, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isFault } from '#lib/core/fault.ts';
import { blobEffects, BlobStore, type BlobEffects } from './blob-store.ts';
import { contentHash } from './content-hash.ts';

let folder: string;
let store: BlobStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'farfield-blobs-'));
  store = new BlobStore(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const text = (words: string) => Buffer.from(words);
const pathOf = (hash: string) => join(folder, hash.slice(0, 2), hash.slice(2));
const failure = (code: string) => Object.assign(new Error(code), { code });
const failWith = (code: string) => () => {
  throw failure(code);
};
async function putText(words: string): Promise<string> {
  const hash = await store.put(text(words));
  if (isFault(hash)) throw new Error(hash.message);
  return hash;
}
async function age(hash: string): Promise<void> {
  await utimes(pathOf(hash), 1000, 1000);
}

describe('BlobStore', () => {
  it('gives back what was put, by its hash, whole and in parts', async () => {
    const hash = await putText('hällo world');
    expect(hash).toBe(contentHash('hällo world'));
    expect((await stat(pathOf(hash))).mode & 0o777).toBe(0o600);
    expect(store.has(hash)).toBe(true);
    expect(store.size(hash)).toBe(12);
    expect(String(await store.read(hash))).toBe('hällo world');
    expect(String(await store.read(hash, { start: 7, end: 12 }))).toBe('world');
  });

  it('puts the same bytes once', async () => {
    const hash = await putText('twice');
    const { ino } = await stat(pathOf(hash));
    expect(await putText('twice')).toBe(hash);
    expect((await stat(pathOf(hash))).ino).toBe(ino);
    expect(await readdir(join(folder, hash.slice(0, 2)))).toHaveLength(1);
  });

  it('is readable at once with putNow and durable after synced', async () => {
    const synced: number[] = [];
    store = new BlobStore(folder, { ...blobEffects, fsync: async (fd) => void synced.push(fd) });
    const hash = store.putNow(text('now'));
    expect(store.settled).toBe(false);
    expect(String(await store.read(String(hash)))).toBe('now');
    expect(await store.synced()).toBeNull();
    expect(synced).toHaveLength(2);
    expect(store.settled).toBe(true);
  });

  it('waits for the disk by itself when more is on the way than may be, and when told to', async () => {
    let now = 0;
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const disk = { ...blobEffects, fsync: () => held, fsyncSync: () => void (now += 1) };
    store = new BlobStore(folder, disk);
    for (let n = 0; n < 16; n += 1) store.putNow(text(`n${n}`));
    expect(now).toBe(0);
    store.putNow(text('one more'));
    expect(now).toBe(2);
    expect(store.syncNow()).toBeNull();
    expect(now).toBe(34);
    store = new BlobStore(folder, { ...disk, fsyncSync: failWith('EIO') });
    store.putNow(text('other'));
    expect(store.syncNow()).toMatchObject({ fault: 'file.io' });
    release();
  });

  it.each([
    ['missing', 'blob.notFound', (path: string) => rm(path)],
    ['changed', 'blob.damaged', (path: string) => writeFile(path, 'hello w0rld')],
    ['cut', 'blob.damaged', (path: string) => truncate(path, 4)],
  ] as const)('says that a blob is %s', async (_what, code, damage) => {
    const hash = await putText('hello world');
    await damage(pathOf(hash));
    expect(await store.read(hash)).toMatchObject({ fault: code });
    if (code === 'blob.notFound' || _what === 'cut')
      expect(await store.read(hash, { start: 6, end: 11 })).toMatchObject({ fault: code });
  });

  it('heals a blob that was cut by a power loss when its bytes are put again', async () => {
    const hash = await putText('hello world');
    await truncate(pathOf(hash), 4);
    expect(await putText('hello world')).toBe(hash);
    expect(String(await store.read(hash))).toBe('hello world');
  });

  it('heals a blob of the right size that an earlier process left damaged', async () => {
    const hash = await putText('hello world');
    await writeFile(pathOf(hash), 'hello w0rld');
    store = new BlobStore(folder);
    expect(await putText('hello world')).toBe(hash);
    expect(String(await store.read(hash))).toBe('hello world');
  });

  it.each([
    ['synced', (one: BlobStore) => one.synced()],
    ['syncNow', async (one: BlobStore) => one.syncNow()],
    ['the same bytes put again', (one: BlobStore) => one.put(text('hello world'))],
  ])('what the disk refused is not durable before it was written anew: %s', async (_what, ask) => {
    let isBroken = true;
    const synced: number[] = [];
    const sync = (fd: number) => {
      if (isBroken) throw failure('EIO');
      synced.push(statNow(fd).ino);
    };
    store = new BlobStore(folder, { ...blobEffects, fsync: async (fd) => sync(fd), fsyncSync: sync });
    const hash = store.putNow(text('hello world'));
    expect(await ask(store)).toMatchObject({ fault: 'file.io' });
    expect(await ask(store)).toMatchObject({ fault: 'file.io' });
    const { ino } = await stat(pathOf(String(hash)));
    expect([store.settled, String(await store.read(String(hash)))]).toEqual([false, 'hello world']);
    isBroken = false;
    expect(isFault(await ask(store))).toBe(false);
    expect((await stat(pathOf(String(hash)))).ino).not.toBe(ino);
    expect([store.settled, synced.includes((await stat(pathOf(String(hash)))).ino)]).toEqual([true, true]);
    expect(store.syncNow()).toBeNull();
  });

  it('a sync that ends well after the disk has refused one of the same file says nothing', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    store = new BlobStore(folder, { ...blobEffects, fsync: () => held, fsyncSync: failWith('EIO') });
    const put = store.put(text('hello world'));
    expect(store.syncNow()).toMatchObject({ fault: 'file.io' });
    release();
    expect(await put).toMatchObject({ fault: 'file.io' });
    expect(store.settled).toBe(false);
  });

  it.each(['../../etc/passwd', '', 'ABCD', 'a'.repeat(63)])('knows no blob of the name “%s”', async (name) => {
    expect(store.has(name)).toBe(false);
    expect(await store.read(name)).toMatchObject({ fault: 'blob.notFound' });
  });

  it.each<[string, Partial<BlobEffects>, string]>([
    ['a full disk', { writeSync: failWith('ENOSPC') as BlobEffects['writeSync'] }, 'file.noSpace'],
    ['a disk that fails at fsync', { fsync: () => Promise.reject(failure('EIO')) }, 'file.io'],
    ['a folder without permission', { mkdirSync: failWith('EACCES') as BlobEffects['mkdirSync'] }, 'file.permission'],
    ['a rename that fails', { renameSync: failWith('EIO') as BlobEffects['renameSync'] }, 'file.io'],
  ])('answers %s with a fault and leaves no temporary file', async (_what, broken, code) => {
    store = new BlobStore(folder, { ...blobEffects, ...broken });
    expect(await store.put(text('lost?'))).toMatchObject({ fault: code });
    const names = (await readdir(folder, { recursive: true })).filter((name) => name.includes('.tmp'));
    expect(names).toEqual([]);
  });

  describe('sweep', () => {
    it('removes old blobs that nobody names, and old temporary files', async () => {
      const [kept, gone] = [await putText('kept'), await putText('gone')];
      const left = join(folder, gone.slice(0, 2), '.farfield-0123456789ab.tmp');
      await writeFile(left, 'half');
      await utimes(left, 1000, 1000);
      await age(kept);
      await age(gone);
      store = new BlobStore(folder);
      expect(await store.sweep(new Set([kept]), 60_000)).toEqual({ removed: 1, bytes: 4 });
      expect([store.has(kept), store.has(gone)]).toEqual([true, false]);
      expect((await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    });

    it('leaves young ones, and those that were put again', async () => {
      const [young, again] = [await putText('young'), await putText('again')];
      await age(again);
      store = new BlobStore(folder);
      await putText('again');
      await age(again);
      expect(await store.sweep(() => false, 60_000)).toEqual({ removed: 0, bytes: 0 });
      expect([store.has(young), store.has(again)]).toEqual([true, true]);
    });

    it('finds nothing where there is no folder', async () => {
      store = new BlobStore(join(folder, 'nowhere'));
      expect(await store.sweep(() => false, 0)).toEqual({ removed: 0, bytes: 0 });
    });
  });
});
