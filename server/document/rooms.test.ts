import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { isFault } from '#lib/core/fault.ts';
import { cellId } from '#lib/core/ids.ts';
import { readDoc, setSource } from '#lib/core/notebook/notebook-doc.ts';
import { diskEffects, type DiskEffects } from '#server/storage/disk-effects.ts';
import { Workspace } from '#server/storage/workspace.ts';
import { MemoryResults } from '#server/testing/memory-results.ts';
import { DocumentRoom } from './room.ts';
import { Rooms } from './rooms.ts';
import { syncTimes } from './sync-options.ts';

let base: string;
let root: string;
let rooms: Rooms;
const errors: unknown[] = [];
// No save by itself: what is saved is saved by what the test does.
const times = { ...syncTimes, quietMs: 100_000, latestMs: 100_000, retryMs: 100_000, pollMs: 100_000, settleMs: 5 };

const one = cellId('one');
const notebook = (source: string) =>
  `${JSON.stringify({ cells: [{ cell_type: 'code', execution_count: null, id: 'one', metadata: {}, outputs: [], source: [source] }], metadata: {}, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`;
const onDisk = async (name: string) =>
  (JSON.parse(await readFile(join(root, name), 'utf8')) as { cells: { source: string[] }[] }).cells[0]?.source.join('');
const source = (room: DocumentRoom) => readDoc(room.doc).cells.map((cell) => cell.source);

async function start(effects: DiskEffects = diskEffects): Promise<void> {
  rooms = new Rooms(
    {
      workspace: new Workspace(root, join(base, 'trash')),
      stateFolder: join(base, 'state'),
      createResults: async () => new MemoryResults(new Map()),
      times,
      onError: (error) => errors.push(error),
    },
    effects,
  );
  await rooms.run();
}

async function open(name: string): Promise<DocumentRoom> {
  const room = await rooms.open(name);
  if (!(room instanceof DocumentRoom)) throw new Error(JSON.stringify(room));
  return room;
}

async function edit(room: DocumentRoom, text: string): Promise<void> {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, room.diffFor());
  const before = Y.encodeStateVector(doc);
  setSource(doc, one, text);
  expect(await room.applyUpdate(Y.encodeStateAsUpdate(doc, before), 'browser')).toBeNull();
  doc.destroy();
}

const trash = async (path: string) => {
  const answer = await rooms.trash(path);
  if (isFault(answer)) throw new Error(answer.message);
  return answer.trashId;
};

beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'farfield-rooms-')));
  root = join(base, 'work');
  await mkdir(root);
  await writeFile(join(root, 'a.ipynb'), notebook('a'));
  await writeFile(join(root, 'b.ipynb'), notebook('b'));
  errors.length = 0;
  await start();
});
afterEach(async () => {
  await rooms.stop();
  await rm(base, { recursive: true, force: true });
  expect(errors).toEqual([]);
});

describe('rename', () => {
  it('detaches the open notebook whose file is gone from the new name', async () => {
    const gone = await open('a.ipynb');
    const room = await open('b.ipynb');
    await rm(join(root, 'a.ipynb'));
    expect(isFault(await rooms.rename('b.ipynb', 'a.ipynb'))).toBe(false);
    expect(await open('a.ipynb')).toBe(room);
    await gone.look();
    expect(source(gone)).toEqual(['a']);
    expect(gone.state().file).toBe('missing');
    expect(await gone.save({ recreate: true })).toMatchObject({ fault: 'file.exists' });
    expect(await onDisk('a.ipynb')).toBe('b');
  });

  it('keeps one room per file through symlinked folders, into and out of them', async () => {
    await mkdir(join(root, 'real'));
    await symlink('real', join(root, 'link'));
    const room = await open('a.ipynb');
    await rooms.rename('a.ipynb', 'link/a.ipynb');
    expect(room.path).toBe('real/a.ipynb');
    expect(await open('real/a.ipynb')).toBe(room);
    await edit(room, 'typed');
    await rooms.rename('link/a.ipynb', 'c.ipynb');
    expect(room.path).toBe('c.ipynb');
    expect(await open('c.ipynb')).toBe(room);
    expect(await onDisk('c.ipynb')).toBe('typed');
  });

  it('takes its turn among saves: no old name comes back and no edit is taken back', async () => {
    const room = await open('a.ipynb');
    await edit(room, 'first');
    const saving = room.save();
    const renaming = rooms.rename('a.ipynb', 'c.ipynb');
    await edit(room, 'second');
    const again = room.save();
    await Promise.all([saving, renaming, again]);
    await room.look();
    expect(await room.save()).toBeNull();
    expect((await readdir(root)).sort()).toEqual(['b.ipynb', 'c.ipynb']);
    expect(source(room)).toEqual(['second']);
    expect(await onDisk('c.ipynb')).toBe('second');
  });

  it('does not go on, nor does trashing, while an edit cannot be saved', async () => {
    await rooms.stop();
    let full = false;
    const refuse = async () => {
      throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
    };
    const rename: DiskEffects['rename'] = (from, to) =>
      full && String(to).endsWith('a.ipynb') ? refuse() : diskEffects.rename(from, to);
    await start({ ...diskEffects, rename });
    const room = await open('a.ipynb');
    await edit(room, 'typed');
    full = true;
    expect(await rooms.rename('a.ipynb', 'c.ipynb')).toMatchObject({ fault: 'file.noSpace' });
    expect(await rooms.trash('a.ipynb')).toMatchObject({ fault: 'file.noSpace' });
    expect((await readdir(root)).sort()).toEqual(['a.ipynb', 'b.ipynb']);
    full = false;
    expect(isFault(await rooms.trash('a.ipynb'))).toBe(false);
  });
});

describe('trash', () => {
  it('ends the identity: a new file of the name is another notebook', async () => {
    const old = await open('a.ipynb');
    await trash('a.ipynb');
    expect(old.state().file).toBe('missing');
    expect(await open('a.ipynb')).toBe(old);
    await writeFile(join(root, 'a.ipynb'), notebook('new'));
    await old.look();
    const fresh = await open('a.ipynb');
    expect(fresh.notebookId).not.toBe(old.notebookId);
    expect([source(old), source(fresh)]).toEqual([['a'], ['new']]);
    await rooms.stop();
    await start();
    expect((await open('a.ipynb')).notebookId).toBe(fresh.notebookId);
  });

  it('lets an old tab save anew where the name is free', async () => {
    const room = await open('a.ipynb');
    await trash('a.ipynb');
    await edit(room, 'kept');
    expect(await room.save({ recreate: true })).toBeNull();
    expect(await onDisk('a.ipynb')).toBe('kept');
    expect(await open('a.ipynb')).toBe(room);
    expect(room.state()).toMatchObject({ file: 'present', save: { status: 'saved' } });
  });

  it('brings the same notebook back', async () => {
    const room = await open('a.ipynb');
    await edit(room, 'last');
    const trashId = await trash('a.ipynb');
    expect(isFault(await rooms.restore(trashId))).toBe(false);
    await room.look();
    expect(room.state()).toMatchObject({ path: 'a.ipynb', file: 'present', save: { status: 'saved' } });
    expect(await open('a.ipynb')).toBe(room);
    expect(await onDisk('a.ipynb')).toBe('last');
  });
});

describe('opening', () => {
  it('shows a missing file from its log after a restart, and writes it when told to', async () => {
    const room = await open('a.ipynb');
    await rm(join(root, 'a.ipynb'));
    await room.look();
    await edit(room, 'only in the log');
    await rooms.stop();
    await start();
    const again = await open('a.ipynb');
    expect(source(again)).toEqual(['only in the log']);
    expect(again.state().file).toBe('missing');
    expect(await again.save({ recreate: true })).toBeNull();
    expect(await onDisk('a.ipynb')).toBe('only in the log');
  });

  it('merges a file that comes back with the bytes of before', async () => {
    const room = await open('a.ipynb');
    const bytes = await readFile(join(root, 'a.ipynb'), 'utf8');
    await rm(join(root, 'a.ipynb'));
    await room.look();
    await rooms.stop();
    await start();
    const again = await open('a.ipynb');
    await writeFile(join(root, 'a.ipynb'), bytes);
    await again.look();
    expect(again.state()).toMatchObject({ file: 'present', save: { status: 'saved' } });
    expect(source(again)).toEqual(['a']);
  });

  it('answers that there is no file where no log speaks for it', async () => {
    expect(await rooms.open('never.ipynb')).toMatchObject({ fault: 'file.notFound' });
  });

  it('gives nobody a room whose identity is not durable', async () => {
    await rooms.stop();
    let broken = true;
    const rename: DiskEffects['rename'] = async (from, to) => {
      if (broken && String(to).endsWith('index.json')) throw Object.assign(new Error('EIO'), { code: 'EIO' });
      return diskEffects.rename(from, to);
    };
    await start({ ...diskEffects, rename });
    expect(await rooms.open('a.ipynb')).toMatchObject({ fault: 'file.io' });
    expect(rooms.list()).toEqual([]);
    broken = false;
    const room = await open('a.ipynb');
    expect(await readFile(join(base, 'state', 'notebooks', 'index.json'), 'utf8')).toContain(room.notebookId);
  });

  it('removes old temporary files of ours, and no others', async () => {
    const old = new Date(Date.now() - 120_000);
    const names = ['.farfield-0123456789ab.tmp', '.farfield-mine.tmp', '.other-0123456789ab.tmp'];
    for (const name of names) {
      await writeFile(join(root, name), '');
      await utimes(join(root, name), old, old);
    }
    await writeFile(join(root, '.farfield-ffffffffffff.tmp'), 'being written');
    await open('a.ipynb');
    const left = (await readdir(root)).filter((name) => name.startsWith('.')).sort();
    expect(left).toEqual(['.farfield-ffffffffffff.tmp', '.farfield-mine.tmp', '.other-0123456789ab.tmp']);
  });
});
