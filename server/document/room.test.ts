import { execFileSync } from 'node:child_process';
import { lstat, mkdir, mkdtemp, readFile, readdir, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { isFault } from '#lib/core/fault.ts';
import { cellId, type CellId } from '#lib/core/ids.ts';
import { orderedCellIds } from '#lib/core/notebook/cell-order.ts';
import type { CellResults } from '#lib/core/notebook/model.ts';
import { insertCell, readDoc, setSource } from '#lib/core/notebook/notebook-doc.ts';
import { diskEffects, type DiskEffects } from '#server/storage/disk-effects.ts';
import { Workspace } from '#server/storage/workspace.ts';
import { MemoryResults } from '#server/testing/memory-results.ts';
import { syncTimes } from './sync-options.ts';
import { DocumentRoom } from './room.ts';
import { Rooms } from './rooms.ts';

let base: string;
let root: string;
let path: string;
let rooms: Rooms;
let journals: Map<string, Map<CellId, CellResults>>;
let results: MemoryResults;
const errors: unknown[] = [];
const times = { ...syncTimes, quietMs: 30, latestMs: 200, retryMs: 50, pollMs: 100_000, settleMs: 20 };

const cell = (id: string, source: string, outputs: unknown[] = []) => ({
  cell_type: 'code',
  execution_count: null,
  id,
  metadata: {},
  outputs,
  source: [source],
});
const notebook = (...cells: unknown[]) =>
  `${JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`;
const sourcesOnDisk = async (file = path) =>
  (JSON.parse(await readFile(file, 'utf8')) as { cells: { id: string; source: string[] }[] }).cells.map((one) => [
    one.id,
    one.source.join(''),
  ]);

function makeRooms(effects: DiskEffects = diskEffects, idleMs = 60_000): Rooms {
  return new Rooms(
    {
      workspace: new Workspace(root, join(base, 'state', 'trash')),
      stateFolder: join(base, 'state'),
      createResults: async (room) => {
        const store = journals.get(room.notebookId) ?? new Map<CellId, CellResults>();
        journals.set(room.notebookId, store);
        results = new MemoryResults(store);
        return results;
      },
      times,
      idleMs,
      onError: (error) => errors.push(error),
    },
    effects,
  );
}

async function open(name = 'a.ipynb'): Promise<DocumentRoom> {
  const room = await rooms.open(name);
  if (!(room instanceof DocumentRoom)) throw new Error(JSON.stringify(room));
  return room;
}

/** The server dies: nothing is saved or closed. What is in flight is waited for, so that tests do not race their own cleanup. */
async function crashAndRestart(journalToo = false): Promise<void> {
  if (journalToo) journals = new Map();
  const copy = join(base, 'crash');
  await rm(copy, { recursive: true, force: true });
  execFileSync('cp', ['-a', join(base, 'state'), copy]);
  const file = await readFile(path).catch(() => null);
  await rooms.stop();
  if (file !== null) await writeFile(path, file);
  else await rm(path, { force: true });
  await rm(join(base, 'state'), { recursive: true });
  await rename(copy, join(base, 'state'));
  rooms = makeRooms();
  await rooms.run();
}

/** Edits as a browser would: on a document of its own, sent as an update. */
async function edit(room: DocumentRoom, change: (doc: Y.Doc) => void): Promise<void> {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, room.diffFor());
  const before = Y.encodeStateVector(doc);
  change(doc);
  expect(await room.applyUpdate(Y.encodeStateAsUpdate(doc, before), 'browser')).toBeNull();
  doc.destroy();
}

const saved = async (room: DocumentRoom) => {
  await expect.poll(() => room.state().save.status, { timeout: 10_000, interval: 5 }).toBe('saved');
};
const sources = (room: DocumentRoom) => readDoc(room.doc).cells.map((one) => one.source);

beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'farfield-room-')));
  root = join(base, 'work');
  await mkdir(root);
  path = join(root, 'a.ipynb');
  await writeFile(path, notebook(cell('one', '1'), cell('two', '2'), cell('three', '3')));
  journals = new Map();
  errors.length = 0;
  rooms = makeRooms();
  await rooms.run();
});
afterEach(async () => {
  await rooms.stop();
  await rm(base, { recursive: true, force: true });
  expect(errors).toEqual([]);
});

describe('saving', () => {
  it('opens without writing, and says saved', async () => {
    const before = await lstat(path);
    const room = await open();
    expect(room.state().save.status).toBe('saved');
    await rooms.stop();
    expect((await lstat(path)).ino).toBe(before.ino);
    expect(await readFile(path, 'utf8')).toBe(notebook(cell('one', '1'), cell('two', '2'), cell('three', '3')));
  });

  it('saves an edit by itself and changes only that cell', async () => {
    const room = await open();
    await edit(room, (doc) => setSource(doc, cellId('two'), 'two = 2'));
    expect(['unsaved', 'saving', 'saved']).toContain(room.state().save.status);
    await saved(room);
    expect(await readFile(path, 'utf8')).toBe(notebook(cell('one', '1'), cell('two', 'two = 2'), cell('three', '3')));
  });

  it('does not write when an edit is taken back', async () => {
    const room = await open();
    const { ino } = await lstat(path);
    await edit(room, (doc) => setSource(doc, cellId('two'), 'x'));
    await edit(room, (doc) => setSource(doc, cellId('two'), '2'));
    await saved(room);
    expect((await lstat(path)).ino).toBe(ino);
  });

  it('joins results into the file', async () => {
    const room = await open();
    results.produce(cellId('one'), {
      outputs: [{ output_type: 'stream', name: 'stdout', text: 'hello\n' }],
      executionCount: 7,
    });
    await saved(room);
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({
      cells: [{ execution_count: 7, outputs: [{ name: 'stdout', text: ['hello\n'] }] }, {}, {}],
    });
  });

  it('keeps a symlink and names the room canonically', async () => {
    await symlink('a.ipynb', join(root, 'link.ipynb'));
    const room = await open('link.ipynb');
    expect(await open('a.ipynb')).toBe(room);
    expect(room.path).toBe('a.ipynb');
    await edit(room, (doc) => setSource(doc, cellId('one'), 'linked'));
    await saved(room);
    expect((await lstat(join(root, 'link.ipynb'))).isSymbolicLink()).toBe(true);
    expect((await sourcesOnDisk())[0]).toEqual(['one', 'linked']);
  });

  it('makes one room of many opens at once', async () => {
    const all = await Promise.all([open(), open(), open()]);
    expect(new Set(all).size).toBe(1);
  });

  it('refuses edits of a read-only file and takes them when it becomes writable', async () => {
    // File modes do not bind root, who runs this suite in many places: the system's answer is given here.
    let writable = false;
    const refuse = async () => {
      throw Object.assign(new Error('EACCES'), { code: 'EACCES' });
    };
    const access: DiskEffects['access'] = (...args) => (writable ? diskEffects.access(...args) : refuse());
    rooms = makeRooms({ ...diskEffects, access });
    await rooms.run();
    const room = await open();
    expect(room.state().readonly).toMatch(/read-only/);
    expect(await room.applyUpdate(Y.encodeStateAsUpdate(new Y.Doc()), 'b')).toMatchObject({
      fault: 'notebook.readonly',
    });
    writable = true;
    await room.look();
    expect(room.state().readonly).toBeNull();
  });

  it('refuses malformed edits without damage', async () => {
    const room = await open();
    const doc = new Y.Doc();
    Y.applyUpdate(doc, room.diffFor());
    const before = Y.encodeStateVector(doc);
    setSource(doc, cellId('one'), 'some longer text');
    insertCell(doc, { id: cellId('new'), type: 'code', source: 'n', metadata: {} }, null);
    const good = Y.encodeStateAsUpdate(doc, before);
    for (let at = 0; at < good.length; at++) {
      await room.applyUpdate(good.subarray(0, at), 'b');
      const flipped = good.slice();
      flipped[at] = (flipped[at] as number) ^ 0x55;
      await room.applyUpdate(flipped, 'b');
    }
    expect(orderedCellIds(room.doc)).toEqual(expect.arrayContaining(['two', 'three']));
    expect(readDoc(room.doc).cells.every((one) => typeof one.source === 'string')).toBe(true);
    await edit(room, (mine) => setSource(mine, cellId('two'), 'still works'));
    await saved(room);
    expect(await sourcesOnDisk()).toContainEqual(['two', 'still works']);
  });

  it('asks for edits that are missing before this one', async () => {
    const room = await open();
    const doc = new Y.Doc();
    Y.applyUpdate(doc, room.diffFor());
    setSource(doc, cellId('one'), 'first');
    const between = Y.encodeStateVector(doc);
    setSource(doc, cellId('one'), 'first second');
    expect(await room.applyUpdate(Y.encodeStateAsUpdate(doc, between), 'b')).toMatchObject({
      fault: 'document.behind',
    });
    expect(sources(room)[0]).toBe('1');
  });
});

describe('disk trouble', () => {
  it.each(['ENOSPC', 'EIO'])('says %s, keeps the old file, and recovers', async (code) => {
    await rooms.stop();
    let failing = true;
    rooms = makeRooms({
      ...diskEffects,
      rename: async (from, to) => {
        if (failing && to === path) throw Object.assign(new Error(code), { code });
        await diskEffects.rename(from, to);
      },
    });
    await rooms.run();
    const room = await open();
    await edit(room, (doc) => setSource(doc, cellId('one'), 'new'));
    await expect
      .poll(() => room.state().save, { interval: 5 })
      .toMatchObject({ status: 'error', reason: expect.any(String) });
    expect(await sourcesOnDisk()).toContainEqual(['one', '1']);
    failing = false;
    await saved(room);
    expect(await sourcesOnDisk()).toContainEqual(['one', 'new']);
  });

  it('knows its own bytes when only the folder could not be synced', async () => {
    await rooms.stop();
    let failing = true;
    rooms = makeRooms({
      ...diskEffects,
      open: async (target, flags, mode) => {
        const handle = await diskEffects.open(target, flags, mode);
        if (target === root && failing)
          handle.sync = async () => {
            failing = false;
            throw Object.assign(new Error('EIO'), { code: 'EIO' });
          };
        return handle;
      },
    });
    await rooms.run();
    const room = await open();
    await edit(room, (doc) => setSource(doc, cellId('one'), 'new'));
    await saved(room);
    expect(failing).toBe(false);
    expect(room.state().notices).toEqual([]);
    expect(sources(room)).toEqual(['new', '2', '3']);
  });

  it('answers a fault while the log fails, and the same edit is durable later', async () => {
    await rooms.stop();
    let failing = false;
    rooms = makeRooms({
      ...diskEffects,
      open: async (target, flags, mode) => {
        const handle = await diskEffects.open(target, flags, mode);
        const sync = handle.datasync.bind(handle);
        handle.datasync = async () => {
          if (failing) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
          await sync();
        };
        return handle;
      },
    });
    await rooms.run();
    const room = await open();
    failing = true;
    const doc = new Y.Doc();
    Y.applyUpdate(doc, room.diffFor());
    setSource(doc, cellId('one'), 'precious');
    const update = Y.encodeStateAsUpdate(doc);
    expect(await room.applyUpdate(update, 'b')).toMatchObject({ fault: 'file.noSpace' });
    expect(room.state().save.status).toBe('error');
    failing = false;
    expect(await room.applyUpdate(update, 'b')).toBeNull();
    await saved(room);
    expect(await sourcesOnDisk()).toContainEqual(['one', 'precious']);
  });
});

describe('changes from outside', () => {
  it('merges by cell id, says so, and keeps unsaved edits', async () => {
    const room = await open();
    await edit(room, (doc) => setSource(doc, cellId('one'), 'mine'));
    await writeFile(
      path,
      notebook(
        cell('one', '1'),
        cell('zero', '0'),
        cell('three', 'theirs', [{ name: 'stdout', output_type: 'stream', text: ['out\n'] }]),
      ),
    );
    await room.look();
    await saved(room);
    expect(await sourcesOnDisk()).toEqual([
      ['one', 'mine'],
      ['zero', '0'],
      ['three', 'theirs'],
    ]);
    expect(room.state().notices.map((notice) => notice.text)).toContain(
      'Changed on disk: 1 cell changed, 1 cell added, 1 cell removed.',
    );
    expect(results.results(cellId('three'))?.outputs).toHaveLength(1);
  });

  it('is woken by the file itself', async () => {
    const room = await open();
    await writeFile(path, notebook(cell('one', 'outside'), cell('two', '2'), cell('three', '3')));
    await expect.poll(() => sources(room), { timeout: 10_000, interval: 10 }).toEqual(['outside', '2', '3']);
    await saved(room);
  });

  it('answers everybody who asks for a look when the look is done', async () => {
    const room = await open();
    await writeFile(path, notebook(cell('one', 'outside'), cell('two', '2'), cell('three', '3')));
    void room.look();
    await room.look();
    expect(sources(room)).toEqual(['outside', '2', '3']);
  });

  it('merges before it saves, also when nobody woke it', async () => {
    const room = await open();
    await edit(room, (doc) => setSource(doc, cellId('one'), 'mine'));
    await writeFile(path, notebook(cell('one', '1'), cell('two', 'theirs'), cell('three', '3')));
    expect(await room.save()).toBeNull();
    expect(await sourcesOnDisk()).toEqual([
      ['one', 'mine'],
      ['two', 'theirs'],
      ['three', '3'],
    ]);
  });

  it.each([
    ['ours', ['mine']],
    ['theirs', ['yours']],
    ['both', ['mine', 'yours']],
  ] as const)('keeps both versions of a conflict until one chooses %s', async (choice, expected) => {
    const room = await open();
    await edit(room, (doc) => setSource(doc, cellId('one'), 'mine'));
    await writeFile(path, notebook(cell('one', 'yours'), cell('two', '2'), cell('three', '3')));
    await room.look();
    expect(room.state().conflicts).toEqual([{ cellId: 'one', ours: 'mine', theirs: 'yours' }]);
    expect(await room.resolve(cellId('one'), choice)).toBeNull();
    expect(room.state().conflicts).toEqual([]);
    await saved(room);
    expect((await sourcesOnDisk()).map(([, source]) => source)).toEqual([...expected, '2', '3']);
  });

  it('merges a git checkout of another version without loss or duplicates', async () => {
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd: root, stdio: 'pipe' });
    git('init', '-q', '-b', 'main');
    git('add', '.');
    git('commit', '-qm', 'one');
    git('checkout', '-qb', 'other');
    await writeFile(path, notebook(cell('one', '1'), cell('new', 'n'), cell('two', 'changed'), cell('three', '3')));
    git('commit', '-qam', 'two');
    git('checkout', '-q', 'main');
    const room = await open();
    await edit(room, (doc) => setSource(doc, cellId('three'), 'typed'));
    git('checkout', '-q', 'other');
    await room.look();
    await saved(room);
    expect(await sourcesOnDisk()).toEqual([
      ['one', '1'],
      ['new', 'n'],
      ['two', 'changed'],
      ['three', 'typed'],
    ]);
    await edit(room, (doc) => setSource(doc, cellId('three'), '3'));
    await saved(room);
    git('checkout', '-q', 'main');
    await room.look();
    await saved(room);
    expect(await sourcesOnDisk()).toEqual([
      ['one', '1'],
      ['two', '2'],
      ['three', '3'],
    ]);
  });

  it('does not overwrite a broken file by itself, and takes up a mended one', async () => {
    const room = await open();
    await edit(room, (doc) => setSource(doc, cellId('one'), 'mine'));
    const broken = `<<<<<<< HEAD\n${notebook(cell('one', '1'))}`;
    await writeFile(path, broken);
    await room.look();
    expect(room.state().save).toMatchObject({ status: 'error', reason: expect.stringContaining('not readable') });
    await edit(room, (doc) => setSource(doc, cellId('two'), 'mine too'));
    await new Promise((resolve) => setTimeout(resolve, 4 * times.quietMs));
    expect(await readFile(path, 'utf8')).toBe(broken);
    await writeFile(path, notebook(cell('one', '1'), cell('two', '2'), cell('three', 'mended')));
    await room.look();
    await saved(room);
    expect(await sourcesOnDisk()).toEqual([
      ['one', 'mine'],
      ['two', 'mine too'],
      ['three', 'mended'],
    ]);
  });

  it('overwrites a broken file only when told to, and keeps its bytes in the trash', async () => {
    const room = await open();
    await writeFile(path, 'garbage');
    await room.look();
    expect(await room.save()).toBeNull();
    expect(await sourcesOnDisk()).toEqual([
      ['one', '1'],
      ['two', '2'],
      ['three', '3'],
    ]);
    const [id] = await readdir(join(base, 'state', 'trash'));
    expect(await readFile(join(base, 'state', 'trash', id as string, 'content'), 'utf8')).toBe('garbage');
    expect(room.state().save.status).toBe('saved');
  });

  it('creates a deleted file only when told to', async () => {
    const room = await open();
    await rm(path);
    await room.look();
    expect(room.state()).toMatchObject({ file: 'missing', save: { status: 'error' } });
    await edit(room, (doc) => setSource(doc, cellId('one'), 'kept'));
    expect(await room.save()).toMatchObject({ fault: 'file.notFound' });
    await expect(lstat(path)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await room.save({ recreate: true })).toBeNull();
    expect(room.state()).toMatchObject({ file: 'present', save: { status: 'saved' } });
    expect((await sourcesOnDisk())[0]).toEqual(['one', 'kept']);
  });

  it('merges a file that comes back', async () => {
    const room = await open();
    await rm(path);
    await room.look();
    await edit(room, (doc) => setSource(doc, cellId('one'), 'kept'));
    await writeFile(path, notebook(cell('one', '1'), cell('two', 'back'), cell('three', '3')));
    await room.look();
    await saved(room);
    expect(room.state().file).toBe('present');
    expect(await sourcesOnDisk()).toEqual([
      ['one', 'kept'],
      ['two', 'back'],
      ['three', '3'],
    ]);
  });

  it('goes on under a new path after our own rename, also of a folder', async () => {
    await mkdir(join(root, 'sub'));
    await rename(path, join(root, 'sub', 'b.ipynb'));
    const room = await open('sub/b.ipynb');
    await rooms.rename('sub', 'moved');
    expect(room.state()).toMatchObject({ path: 'moved/b.ipynb', file: 'present' });
    await edit(room, (doc) => setSource(doc, cellId('one'), 'moved'));
    await saved(room);
    expect((await sourcesOnDisk(join(root, 'moved', 'b.ipynb')))[0]).toEqual(['one', 'moved']);
    expect(await open('moved/b.ipynb')).toBe(room);
  });
});

describe('restart', () => {
  it('keeps epoch and unsaved edits over a crash', async () => {
    const room = await open();
    await edit(room, (doc) => setSource(doc, cellId('one'), 'typed before the crash'));
    const { epoch } = room;
    await crashAndRestart();
    const again = await open();
    expect(again.epoch).toBe(epoch);
    await saved(again);
    expect((await sourcesOnDisk())[0]).toEqual(['one', 'typed before the crash']);
  });

  it('merges what changed on disk while it was down', async () => {
    const room = await open();
    await edit(room, (doc) => setSource(doc, cellId('one'), 'mine'));
    await crashAndRestart();
    await writeFile(
      path,
      notebook(
        cell('one', '1'),
        cell('two', 'theirs'),
        cell('three', '3', [{ name: 'stdout', output_type: 'stream', text: ['new\n'] }]),
      ),
    );
    const again = await open();
    expect(sources(again)).toEqual(['mine', 'theirs', '3']);
    expect(results.results(cellId('three'))?.outputs).toHaveLength(1);
    await saved(again);
    expect(await sourcesOnDisk()).toEqual([
      ['one', 'mine'],
      ['two', 'theirs'],
      ['three', '3'],
    ]);
  });

  it('keeps the same cells of a file without ids', async () => {
    const old = (...all: string[]) =>
      JSON.stringify({
        cells: all.map((source) => ({ cell_type: 'code', execution_count: null, metadata: {}, outputs: [], source })),
        metadata: {},
        nbformat: 4,
        nbformat_minor: 4,
      });
    await writeFile(path, old('1', '2'));
    const room = await open();
    const ids = room.cellIds();
    await edit(room, (doc) => setSource(doc, ids[0] as CellId, 'first'));
    await saved(room);
    await crashAndRestart();
    expect((await open()).cellIds()).toEqual(ids);
    await writeFile(path, old('0', 'first', '2'));
    const third = await open();
    await third.look();
    expect(third.cellIds().slice(1)).toEqual(ids);
    expect(sources(third)).toEqual(['0', 'first', '2']);
  });

  it('begins a new epoch from the file when log or base are lost or damaged', async () => {
    const room = await open();
    await edit(room, (doc) => setSource(doc, cellId('one'), 'saved'));
    await saved(room);
    const folder = join(base, 'state', 'notebooks', room.notebookId);
    const epochs = [room.epoch];
    for (const damage of [
      () => rm(join(folder, 'updates.log')),
      () => writeFile(join(folder, 'base.json'), '{'),
      () => writeFile(join(folder, 'updates.log'), 'garbage'),
    ]) {
      await rooms.stop();
      await damage();
      await rm(join(folder, 'base.next.json'), { force: true });
      rooms = makeRooms();
      await rooms.run();
      const again = await open();
      expect(sources(again)).toEqual(['saved', '2', '3']);
      expect(again.state().notices.at(-1)?.kind).toBe('warning');
      const kept = (await readdir(folder)).filter((name) => name.endsWith('.kept'));
      expect(kept).toHaveLength(epochs.length - 1);
      if (epochs.length > 1) expect(kept.some((name) => again.state().notices.at(-1)?.text.includes(name))).toBe(true);
      epochs.push(again.epoch);
    }
    expect(new Set(epochs).size).toBe(4);
  });

  it('does not take its own save for a stranger’s when it died right after it', async () => {
    const room = await open();
    await edit(room, (doc) => setSource(doc, cellId('one'), 'a'));
    await saved(room);
    const baseFile = join(base, 'state', 'notebooks', room.notebookId, 'base.json');
    const old = await readFile(baseFile);
    await edit(room, (doc) => setSource(doc, cellId('one'), 'ab'));
    await saved(room);
    await edit(room, (doc) => setSource(doc, cellId('one'), 'abc'));
    await crashAndRestart();
    await writeFile(baseFile, old);
    const again = await open();
    expect(again.state().conflicts).toEqual([]);
    expect(again.state().notices).toEqual([]);
    expect(sources(again)[0]).toBe('abc');
  });

  it('reopens notebooks whose journal is not empty', async () => {
    const room = await open();
    await writeFile(join(base, 'state', 'notebooks', room.notebookId, 'journal'), 'x');
    await crashAndRestart();
    expect(rooms.list()).toEqual([]);
    await rooms.openAllRecoverable();
    expect(rooms.byPath('a.ipynb')?.notebookId).toBe(room.notebookId);
  });
});

describe('rooms', () => {
  it('closes an idle room, not a busy or followed one', async () => {
    await rooms.stop();
    rooms = makeRooms(diskEffects, 40);
    await rooms.run();
    const room = await open();
    room.join('browser', { updated() {}, awarenessChanged() {}, stateChanged() {} });
    results.isBusy = true;
    const mine = results;
    await new Promise((resolve) => setTimeout(resolve, 200));
    room.leave('browser');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(rooms.get(room.notebookId)).toBe(room);
    mine.isBusy = false;
    await expect.poll(() => rooms.list(), { timeout: 10_000 }).toEqual([]);
    const again = await open();
    expect(again).not.toBe(room);
    expect(again.epoch).toBe(room.epoch);
  });

  it('answers text for what is no notebook, and faults for what is no file', async () => {
    await writeFile(path, '{"cells": [');
    expect(await rooms.open('a.ipynb')).toMatchObject({ kind: 'text', text: '{"cells": [', problem: { line: 1 } });
    expect(await rooms.open('../a.ipynb')).toMatchObject({ fault: 'file.path' });
    expect(await rooms.open('none.ipynb')).toMatchObject({ fault: 'file.notFound' });
    expect(isFault(await rooms.open(''))).toBe(true);
    expect(await readFile(path, 'utf8')).toBe('{"cells": [');
  });

  it('relays cursors and takes them away when their owner leaves', async () => {
    const { Awareness, encodeAwarenessUpdate, applyAwarenessUpdate } = await import('y-protocols/awareness');
    const room = await open();
    const other = new Awareness(new Y.Doc());
    other.setLocalState(null);
    room.join('b', {
      updated() {},
      stateChanged() {},
      awarenessChanged: (update) => applyAwarenessUpdate(other, update, 'room'),
    });
    const mine = new Awareness(new Y.Doc());
    mine.setLocalState({ name: 'Ada' });
    room.join('a', { updated() {}, stateChanged() {}, awarenessChanged() {} });
    expect(room.applyAwareness(encodeAwarenessUpdate(mine, [mine.clientID]), 'a')).toBeNull();
    expect(other.getStates().get(mine.clientID)).toEqual({ name: 'Ada' });
    expect(room.applyAwareness(new Uint8Array([255, 255, 255]), 'a')).toMatchObject({ fault: 'request.invalid' });
    room.leave('a');
    expect(other.getStates().has(mine.clientID)).toBe(false);
    mine.destroy();
    other.destroy();
  });
});

describe('a file that goes back to bytes that we wrote', () => {
  const other = notebook(cell('one', 'B'), cell('two', '2'), cell('three', '3'));

  async function saveThenOther(): Promise<string> {
    const room = await open();
    await edit(room, (doc) => setSource(doc, cellId('one'), 'A'));
    expect(await room.save()).toBeNull();
    const ours = await readFile(path, 'utf8');
    await writeFile(path, other);
    await room.look();
    await saved(room);
    expect(sources(room)[0]).toBe('B');
    return ours;
  }

  it('is merged as any other change while it is open', async () => {
    const ours = await saveThenOther();
    await writeFile(path, ours);
    const room = await open();
    await room.look();
    await saved(room);
    expect([sources(room)[0], await readFile(path, 'utf8')]).toEqual(['A', ours]);
  });

  it('is merged as any other change when the server was down', async () => {
    const ours = await saveThenOther();
    await rooms.stop();
    await writeFile(path, ours);
    rooms = makeRooms();
    await rooms.run();
    const room = await open();
    await saved(room);
    expect([sources(room)[0], await readFile(path, 'utf8')]).toEqual(['A', ours]);
  });
});
