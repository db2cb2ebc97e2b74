import { lstat, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applyAwarenessUpdate, Awareness, encodeAwarenessUpdate } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { cellId, notebookId } from '#lib/core/ids.ts';
import { orderedCellIds } from '#lib/core/notebook/cell-order.ts';
import { insertCell, readDoc, setSource } from '#lib/core/notebook/notebook-doc.ts';
import { diskEffects, type DiskEffects } from '#server/storage/disk-effects.ts';
import { Workspace } from '#server/storage/workspace.ts';
import {
  codeCell,
  editAsPage,
  notebookText,
  quickTimes,
  RoomBench,
  saved,
  sourcesOf,
} from '#server/testing/room-bench.ts';
import { DocumentRoom } from './room.ts';

let bench: RoomBench;

beforeEach(async () => {
  bench = await RoomBench.make(quickTimes);
  await writeFile(bench.path, notebookText(codeCell('one', '1'), codeCell('two', '2'), codeCell('three', '3')));
  await bench.start();
});
afterEach(async () => {
  await bench.stop();
  expect(bench.errors).toEqual([]);
});

describe('saving', () => {
  it('opens without writing, and says saved', async () => {
    const before = await lstat(bench.path);
    const room = await bench.open();
    expect(room.state().save.status).toBe('saved');
    await bench.rooms.stop();
    expect((await lstat(bench.path)).ino).toBe(before.ino);
    expect(await readFile(bench.path, 'utf8')).toBe(
      notebookText(codeCell('one', '1'), codeCell('two', '2'), codeCell('three', '3')),
    );
  });

  it('saves an edit by itself and changes only that cell', async () => {
    const room = await bench.open();
    await editAsPage(room, (doc) => setSource(doc, cellId('two'), 'two = 2'));
    expect(['unsaved', 'saving', 'saved']).toContain(room.state().save.status);
    await saved(room);
    expect(await readFile(bench.path, 'utf8')).toBe(
      notebookText(codeCell('one', '1'), codeCell('two', 'two = 2'), codeCell('three', '3')),
    );
  });

  it('does not write when an edit is taken back', async () => {
    const room = await bench.open();
    const { ino } = await lstat(bench.path);
    await editAsPage(room, (doc) => setSource(doc, cellId('two'), 'x'));
    await editAsPage(room, (doc) => setSource(doc, cellId('two'), '2'));
    await saved(room);
    expect((await lstat(bench.path)).ino).toBe(ino);
  });

  it('joins results into the file', async () => {
    const room = await bench.open();
    bench.results.produce(cellId('one'), {
      outputs: [{ output_type: 'stream', name: 'stdout', text: 'hello\n' }],
      executionCount: 7,
    });
    await saved(room);
    expect(JSON.parse(await readFile(bench.path, 'utf8'))).toMatchObject({
      cells: [{ execution_count: 7, outputs: [{ name: 'stdout', text: ['hello\n'] }] }, {}, {}],
    });
  });

  it('keeps a symlink and names the room canonically', async () => {
    await symlink('a.ipynb', join(bench.root, 'link.ipynb'));
    const room = await bench.open('link.ipynb');
    expect(await bench.open('a.ipynb')).toBe(room);
    expect(room.path).toBe('a.ipynb');
    await editAsPage(room, (doc) => setSource(doc, cellId('one'), 'linked'));
    await saved(room);
    expect((await lstat(join(bench.root, 'link.ipynb'))).isSymbolicLink()).toBe(true);
    expect((await bench.onDisk())[0]).toEqual(['one', 'linked']);
  });

  it('makes one room of many opens at once', async () => {
    const all = await Promise.all([bench.open(), bench.open(), bench.open()]);
    expect(new Set(all).size).toBe(1);
  });

  it('refuses edits of a read-only file and takes them when it becomes writable', async () => {
    // File modes do not bind bench.root, who runs this suite in many places: the system's answer is given here.
    let writable = false;
    const refuse = async () => {
      throw Object.assign(new Error('EACCES'), { code: 'EACCES' });
    };
    const access: DiskEffects['access'] = (...args) => (writable ? diskEffects.access(...args) : refuse());
    await bench.start({ effects: { ...diskEffects, access } });
    const room = await bench.open();
    expect(room.state().readonly).toMatch(/read-only/);
    expect(await room.applyUpdate(Y.encodeStateAsUpdate(new Y.Doc()), 'b')).toMatchObject({
      fault: 'notebook.readonly',
    });
    writable = true;
    await room.look();
    expect(room.state().readonly).toBeNull();
  });

  it('refuses malformed edits without damage', async () => {
    const room = await bench.open();
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
    await editAsPage(room, (mine) => setSource(mine, cellId('two'), 'still works'));
    await saved(room);
    expect(await bench.onDisk()).toContainEqual(['two', 'still works']);
  });

  it('asks for edits that are missing before this one', async () => {
    const room = await bench.open();
    const doc = new Y.Doc();
    Y.applyUpdate(doc, room.diffFor());
    setSource(doc, cellId('one'), 'first');
    const between = Y.encodeStateVector(doc);
    setSource(doc, cellId('one'), 'first second');
    expect(await room.applyUpdate(Y.encodeStateAsUpdate(doc, between), 'b')).toMatchObject({
      fault: 'document.behind',
    });
    expect(sourcesOf(room)[0]).toBe('1');
  });
});

describe('disk trouble', () => {
  it.each(['ENOSPC', 'EIO'])('says %s, keeps the old file, and recovers', async (code) => {
    let failing = true;
    await bench.start({
      effects: {
        ...diskEffects,
        rename: async (from, to) => {
          if (failing && to === bench.path) throw Object.assign(new Error(code), { code });
          await diskEffects.rename(from, to);
        },
      },
    });
    const room = await bench.open();
    await editAsPage(room, (doc) => setSource(doc, cellId('one'), 'new'));
    await expect
      .poll(() => room.state().save, { interval: 5 })
      .toMatchObject({ status: 'error', reason: expect.any(String) });
    expect(await bench.onDisk()).toContainEqual(['one', '1']);
    failing = false;
    await saved(room);
    expect(await bench.onDisk()).toContainEqual(['one', 'new']);
  });

  it('knows its own bytes when only the folder could not be synced', async () => {
    let failing = true;
    await bench.start({
      effects: {
        ...diskEffects,
        open: async (target, flags, mode) => {
          const handle = await diskEffects.open(target, flags, mode);
          if (target === bench.root && failing)
            handle.sync = async () => {
              failing = false;
              throw Object.assign(new Error('EIO'), { code: 'EIO' });
            };
          return handle;
        },
      },
    });
    const room = await bench.open();
    await editAsPage(room, (doc) => setSource(doc, cellId('one'), 'new'));
    await saved(room);
    expect(failing).toBe(false);
    expect(room.state().notices).toEqual([]);
    expect(sourcesOf(room)).toEqual(['new', '2', '3']);
  });

  it('keeps no file open when its results cannot be read', async () => {
    let left = 0;
    const options = {
      notebookId: notebookId('n'),
      path: 'a.ipynb',
      folder: join(bench.state, 'n'),
      workspace: new Workspace(bench.root, join(bench.state, 'trash')),
      createResults: () => Promise.reject(new Error('unreadable')),
      onRead: () => undefined,
      reclaim: async () => null,
      onError: (error: unknown) => void bench.errors.push(error),
    };
    const open: DiskEffects['open'] = async (...args) => {
      const handle = await diskEffects.open(...args);
      const close = handle.close.bind(handle);
      left += 1;
      handle.close = async () => {
        await close();
        left -= 1;
      };
      return handle;
    };
    await expect(DocumentRoom.open(options, { ...diskEffects, open })).rejects.toThrow('unreadable');
    expect(left).toBe(0);
  });

  it('answers a fault while the log fails, and the same edit is durable later', async () => {
    let failing = false;
    await bench.start({
      effects: {
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
      },
    });
    const room = await bench.open();
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
    expect(await bench.onDisk()).toContainEqual(['one', 'precious']);
  });
});

describe('members', () => {
  it('relays cursors and takes them away when their owner leaves', async () => {
    const room = await bench.open();
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
