import { mkdir, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { isFault } from '#lib/core/fault.ts';
import { cellId } from '#lib/core/ids.ts';
import { readDoc, setSource } from '#lib/core/notebook/notebook-doc.ts';
import { diskEffects, type DiskEffects } from '#server/storage/disk-effects.ts';
import { codeCell, editAsPage, notebookText, RoomBench, sourcesOf } from '#server/testing/room-bench.ts';
import type { DocumentRoom } from './room.ts';

let bench: RoomBench;
// No save by itself: what is saved is saved by what the test does.
const never = 100_000;

const notebookOf = (source: string) => notebookText(codeCell('one', source));
const sourceOnDisk = async (name: string) => (await bench.onDisk(name))[0]?.[1];
const edit = (room: DocumentRoom, text: string) => editAsPage(room, (doc) => setSource(doc, cellId('one'), text));

const trash = async (path: string) => {
  const answer = await bench.rooms.trash(path);
  if (isFault(answer)) throw new Error(answer.message);
  return answer.trashId;
};

beforeEach(async () => {
  bench = await RoomBench.make({ quietMs: never, latestMs: never, retryMs: never, pollMs: never, settleMs: 5 });
  await writeFile(join(bench.root, 'a.ipynb'), notebookOf('a'));
  await writeFile(join(bench.root, 'b.ipynb'), notebookOf('b'));
  await bench.start();
});
afterEach(async () => {
  await bench.stop();
  expect(bench.errors).toEqual([]);
});

describe('the whole document', () => {
  it('is encoded once for all who open it, and anew when it has changed', async () => {
    const room = await bench.open('a.ipynb');
    const first = room.diffFor();
    expect(room.diffFor()).toBe(first);
    await edit(room, 'typed');
    const doc = new Y.Doc();
    Y.applyUpdate(doc, room.diffFor());
    expect(readDoc(doc).cells.map(({ source }) => source)).toEqual(['typed']);
    doc.destroy();
  });
});

describe('which notebook a path is', () => {
  it('stays the same over renames and closed rooms; another file at the old path is another notebook', async () => {
    expect(await bench.rooms.notebookIdOf('a.ipynb')).toBeNull();
    expect(await bench.rooms.notebookIdOf('none.ipynb')).toMatchObject({ fault: 'file.notFound' });
    const { notebookId } = await bench.open('a.ipynb');
    expect(await bench.rooms.notebookIdOf('a.ipynb')).toBe(notebookId);
    await mkdir(join(bench.root, 'folder'));
    await bench.rooms.rename('a.ipynb', 'folder/moved.ipynb');
    expect(await bench.rooms.notebookIdOf('folder/moved.ipynb')).toBe(notebookId);
    expect(await bench.rooms.notebookIdOf('a.ipynb')).toMatchObject({ fault: 'file.notFound' });
    await writeFile(join(bench.root, 'a.ipynb'), notebookOf('another'));
    expect(await bench.rooms.notebookIdOf('a.ipynb')).toBeNull();
    await bench.start();
    expect(await bench.rooms.notebookIdOf('folder/moved.ipynb')).toBe(notebookId);
  });
});

describe('rename', () => {
  it('detaches the open notebook whose file is gone from the new name', async () => {
    const gone = await bench.open('a.ipynb');
    const room = await bench.open('b.ipynb');
    await rm(join(bench.root, 'a.ipynb'));
    expect(isFault(await bench.rooms.rename('b.ipynb', 'a.ipynb'))).toBe(false);
    expect(await bench.open('a.ipynb')).toBe(room);
    await gone.look();
    expect(sourcesOf(gone)).toEqual(['a']);
    expect(gone.state().file).toBe('missing');
    expect(await gone.save({ recreate: true })).toMatchObject({ fault: 'file.exists' });
    expect(await sourceOnDisk('a.ipynb')).toBe('b');
  });

  it('keeps one room per file through symlinked folders, into and out of them', async () => {
    await mkdir(join(bench.root, 'real'));
    await symlink('real', join(bench.root, 'link'));
    const room = await bench.open('a.ipynb');
    await bench.rooms.rename('a.ipynb', 'link/a.ipynb');
    expect(room.path).toBe('real/a.ipynb');
    expect(await bench.open('real/a.ipynb')).toBe(room);
    await edit(room, 'typed');
    await bench.rooms.rename('link/a.ipynb', 'c.ipynb');
    expect(room.path).toBe('c.ipynb');
    expect(await bench.open('c.ipynb')).toBe(room);
    expect(await sourceOnDisk('c.ipynb')).toBe('typed');
  });

  it('takes its turn among saves: no old name comes back and no edit is taken back', async () => {
    const room = await bench.open('a.ipynb');
    await edit(room, 'first');
    const saving = room.save();
    const renaming = bench.rooms.rename('a.ipynb', 'c.ipynb');
    await edit(room, 'second');
    const again = room.save();
    await Promise.all([saving, renaming, again]);
    await room.look();
    expect(await room.save()).toBeNull();
    expect((await readdir(bench.root)).sort()).toEqual(['b.ipynb', 'c.ipynb']);
    expect(sourcesOf(room)).toEqual(['second']);
    expect(await sourceOnDisk('c.ipynb')).toBe('second');
  });

  it('does not go on, nor does trashing, while an edit cannot be saved', async () => {
    let full = false;
    const refuse = async () => {
      throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
    };
    const rename: DiskEffects['rename'] = (from, to) =>
      full && String(to).endsWith('a.ipynb') ? refuse() : diskEffects.rename(from, to);
    await bench.start({ effects: { ...diskEffects, rename } });
    const room = await bench.open('a.ipynb');
    await edit(room, 'typed');
    full = true;
    expect(await bench.rooms.rename('a.ipynb', 'c.ipynb')).toMatchObject({ fault: 'file.noSpace' });
    expect(await bench.rooms.trash('a.ipynb')).toMatchObject({ fault: 'file.noSpace' });
    expect((await readdir(bench.root)).sort()).toEqual(['a.ipynb', 'b.ipynb']);
    full = false;
    expect(isFault(await bench.rooms.trash('a.ipynb'))).toBe(false);
  });
});

describe('trash', () => {
  it('ends the identity: a new file of the name is another notebook', async () => {
    const old = await bench.open('a.ipynb');
    await trash('a.ipynb');
    expect(old.state().file).toBe('missing');
    expect(await bench.open('a.ipynb')).toBe(old);
    await writeFile(join(bench.root, 'a.ipynb'), notebookOf('new'));
    await old.look();
    const fresh = await bench.open('a.ipynb');
    expect(fresh.notebookId).not.toBe(old.notebookId);
    expect([sourcesOf(old), sourcesOf(fresh)]).toEqual([['a'], ['new']]);
    await bench.start();
    expect((await bench.open('a.ipynb')).notebookId).toBe(fresh.notebookId);
  });

  it('lets an old tab save anew where the name is free', async () => {
    const room = await bench.open('a.ipynb');
    await trash('a.ipynb');
    await edit(room, 'kept');
    expect(await room.save({ recreate: true })).toBeNull();
    expect(await sourceOnDisk('a.ipynb')).toBe('kept');
    expect(await bench.open('a.ipynb')).toBe(room);
    expect(room.state()).toMatchObject({ file: 'present', save: { status: 'saved' } });
  });

  it('brings the same notebook back', async () => {
    const room = await bench.open('a.ipynb');
    await edit(room, 'last');
    const trashId = await trash('a.ipynb');
    expect(isFault(await bench.rooms.restore(trashId))).toBe(false);
    await room.look();
    expect(room.state()).toMatchObject({ path: 'a.ipynb', file: 'present', save: { status: 'saved' } });
    expect(await bench.open('a.ipynb')).toBe(room);
    expect(await sourceOnDisk('a.ipynb')).toBe('last');
  });
});

describe('opening', () => {
  it('shows a missing file from its log after a restart, and writes it when told to', async () => {
    const room = await bench.open('a.ipynb');
    await rm(join(bench.root, 'a.ipynb'));
    await room.look();
    await edit(room, 'only in the log');
    await bench.start();
    const again = await bench.open('a.ipynb');
    expect(sourcesOf(again)).toEqual(['only in the log']);
    expect(again.state().file).toBe('missing');
    expect(await again.save({ recreate: true })).toBeNull();
    expect(await sourceOnDisk('a.ipynb')).toBe('only in the log');
  });

  it('merges a file that comes back with the bytes of before', async () => {
    const room = await bench.open('a.ipynb');
    const bytes = await readFile(join(bench.root, 'a.ipynb'), 'utf8');
    await rm(join(bench.root, 'a.ipynb'));
    await room.look();
    await bench.start();
    const again = await bench.open('a.ipynb');
    await writeFile(join(bench.root, 'a.ipynb'), bytes);
    await again.look();
    expect(again.state()).toMatchObject({ file: 'present', save: { status: 'saved' } });
    expect(sourcesOf(again)).toEqual(['a']);
  });

  it('answers that there is no file where no log speaks for it', async () => {
    expect(await bench.rooms.open('never.ipynb')).toMatchObject({ fault: 'file.notFound' });
  });

  it('gives nobody a room whose identity is not durable', async () => {
    let broken = true;
    const rename: DiskEffects['rename'] = async (from, to) => {
      if (broken && String(to).endsWith('index.json')) throw Object.assign(new Error('EIO'), { code: 'EIO' });
      return diskEffects.rename(from, to);
    };
    await bench.start({ effects: { ...diskEffects, rename } });
    expect(await bench.rooms.open('a.ipynb')).toMatchObject({ fault: 'file.io' });
    expect(bench.rooms.list()).toEqual([]);
    broken = false;
    const room = await bench.open('a.ipynb');
    expect(await readFile(join(bench.state, 'notebooks', 'index.json'), 'utf8')).toContain(room.notebookId);
  });

  it('removes old temporary files of ours, and no others', async () => {
    const old = new Date(Date.now() - 120_000);
    const names = ['.farfield-0123456789ab.tmp', '.farfield-mine.tmp', '.other-0123456789ab.tmp'];
    for (const name of names) {
      await writeFile(join(bench.root, name), '');
      await utimes(join(bench.root, name), old, old);
    }
    await writeFile(join(bench.root, '.farfield-ffffffffffff.tmp'), 'being written');
    await bench.open('a.ipynb');
    const left = (await readdir(bench.root)).filter((name) => name.startsWith('.')).sort();
    expect(left).toEqual(['.farfield-ffffffffffff.tmp', '.farfield-mine.tmp', '.other-0123456789ab.tmp']);
  });

  it('closes an idle room, not a busy or followed one', async () => {
    await bench.start({ idleMs: 40 });
    const room = await bench.open();
    room.join('browser', { updated() {}, awarenessChanged() {}, stateChanged() {} });
    bench.results.isBusy = true;
    const mine = bench.results;
    await new Promise((resolve) => setTimeout(resolve, 200));
    room.leave('browser');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(bench.rooms.get(room.notebookId)).toBe(room);
    mine.isBusy = false;
    await expect.poll(() => bench.rooms.list(), { timeout: 10_000 }).toEqual([]);
    const again = await bench.open();
    expect(again).not.toBe(room);
    expect(again.epoch).toBe(room.epoch);
  });

  it('answers text for what is no notebook, and faults for what is no file', async () => {
    await writeFile(bench.path, '{"cells": [');
    expect(await bench.rooms.open('a.ipynb')).toMatchObject({
      kind: 'text',
      text: '{"cells": [',
      problem: { line: 1 },
    });
    expect(await bench.rooms.open('../a.ipynb')).toMatchObject({ fault: 'file.path' });
    expect(await bench.rooms.open('none.ipynb')).toMatchObject({ fault: 'file.notFound' });
    expect(isFault(await bench.rooms.open(''))).toBe(true);
    expect(await readFile(bench.path, 'utf8')).toBe('{"cells": [');
  });
});
