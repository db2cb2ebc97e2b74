import { existsSync } from 'node:fs';
import { readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cellId, type CellId } from '#lib/core/ids.ts';
import { setSource } from '#lib/core/notebook/notebook-doc.ts';
import {
  codeCell,
  editAsPage,
  notebookText,
  quickTimes,
  RoomBench,
  saved,
  sourcesOf,
} from '#server/testing/room-bench.ts';

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

describe('restart', () => {
  it('keeps epoch and unsaved edits over a crash', async () => {
    const room = await bench.open();
    await editAsPage(room, (doc) => setSource(doc, cellId('one'), 'typed before the crash'));
    const { epoch } = room;
    await bench.crashAndRestart();
    const again = await bench.open();
    expect(again.epoch).toBe(epoch);
    await saved(again);
    expect((await bench.onDisk())[0]).toEqual(['one', 'typed before the crash']);
  });

  it('removes what killed writes left, beside the file and in the state folder', async () => {
    const { notebookId } = await bench.open();
    const left = [bench.root, join(bench.state, 'notebooks', notebookId)].flatMap((folder) =>
      ['0123456789ab', 'ba9876543210'].map((name) => join(folder, `.farfield-${name}.tmp`)),
    );
    const longAgo = new Date(Date.now() - 120_000);
    for (const [index, path] of left.entries()) {
      await writeFile(path, 'half');
      // One of each two may be of a write that is under way.
      if (index % 2 === 0) await utimes(path, longAgo, longAgo);
    }
    await bench.crashAndRestart();
    await bench.open();
    expect(left.map((path) => existsSync(path))).toEqual([false, true, false, true]);
  });

  it('merges what changed on disk while it was down', async () => {
    const room = await bench.open();
    await editAsPage(room, (doc) => setSource(doc, cellId('one'), 'mine'));
    await bench.crashAndRestart();
    await writeFile(
      bench.path,
      notebookText(
        codeCell('one', '1'),
        codeCell('two', 'theirs'),
        codeCell('three', '3', [{ name: 'stdout', output_type: 'stream', text: ['new\n'] }]),
      ),
    );
    const again = await bench.open();
    expect(sourcesOf(again)).toEqual(['mine', 'theirs', '3']);
    expect(bench.results.results(cellId('three'))?.outputs).toHaveLength(1);
    await saved(again);
    expect(await bench.onDisk()).toEqual([
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
    await writeFile(bench.path, old('1', '2'));
    const room = await bench.open();
    const ids = room.cellIds();
    await editAsPage(room, (doc) => setSource(doc, ids[0] as CellId, 'first'));
    await saved(room);
    await bench.crashAndRestart();
    expect((await bench.open()).cellIds()).toEqual(ids);
    await writeFile(bench.path, old('0', 'first', '2'));
    const third = await bench.open();
    await third.look();
    expect(third.cellIds().slice(1)).toEqual(ids);
    expect(sourcesOf(third)).toEqual(['0', 'first', '2']);
  });

  it('begins a new epoch from the file when log or base are lost or damaged', async () => {
    const room = await bench.open();
    await editAsPage(room, (doc) => setSource(doc, cellId('one'), 'saved'));
    await saved(room);
    const folder = join(bench.state, 'notebooks', room.notebookId);
    const epochs = [room.epoch];
    for (const damage of [
      () => rm(join(folder, 'updates.log')),
      () => writeFile(join(folder, 'base.json'), '{'),
      () => writeFile(join(folder, 'updates.log'), 'garbage'),
    ]) {
      await bench.rooms.stop();
      await damage();
      await rm(join(folder, 'base.next.json'), { force: true });
      await bench.start();
      const again = await bench.open();
      expect(sourcesOf(again)).toEqual(['saved', '2', '3']);
      expect(again.state().notices.at(-1)?.kind).toBe('warning');
      const kept = (await readdir(folder)).filter((name) => name.endsWith('.kept'));
      expect(kept).toHaveLength(epochs.length - 1);
      if (epochs.length > 1) expect(kept.some((name) => again.state().notices.at(-1)?.text.includes(name))).toBe(true);
      epochs.push(again.epoch);
    }
    expect(new Set(epochs).size).toBe(4);
  });

  it('does not take its own save for a stranger’s when it died right after it', async () => {
    const room = await bench.open();
    await editAsPage(room, (doc) => setSource(doc, cellId('one'), 'a'));
    await saved(room);
    const baseFile = join(bench.state, 'notebooks', room.notebookId, 'base.json');
    const old = await readFile(baseFile);
    await editAsPage(room, (doc) => setSource(doc, cellId('one'), 'ab'));
    await saved(room);
    await editAsPage(room, (doc) => setSource(doc, cellId('one'), 'abc'));
    await bench.crashAndRestart();
    await writeFile(baseFile, old);
    const again = await bench.open();
    expect(again.state().conflicts).toEqual([]);
    expect(again.state().notices).toEqual([]);
    expect(sourcesOf(again)[0]).toBe('abc');
  });

  it('reopens notebooks whose journal is not empty', async () => {
    const room = await bench.open();
    await writeFile(join(bench.state, 'notebooks', room.notebookId, 'journal'), 'x');
    await bench.crashAndRestart();
    expect(bench.rooms.list()).toEqual([]);
    await bench.rooms.openAllRecoverable();
    expect(bench.rooms.byPath('a.ipynb')?.notebookId).toBe(room.notebookId);
  });
});
