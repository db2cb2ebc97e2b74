import { execFileSync } from 'node:child_process';
import { lstat, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fault, FaultError } from '#lib/core/fault.ts';
import { cellId } from '#lib/core/ids.ts';
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

it('an output that cannot be joined for the moment is saved later', async () => {
  const room = await bench.open();
  let isBusy = true;
  vi.spyOn(bench.results, 'fileOutputs').mockImplementation((_id, { outputs }) => {
    if (isBusy) throw new FaultError(fault('file.io', 'The disk failed.'));
    return outputs;
  });
  const outputs = [{ output_type: 'stream' as const, name: 'stdout', text: 'late\n' }];
  bench.results.produce(cellId('one'), { outputs, executionCount: 1 });
  expect(await room.save()).toMatchObject({ fault: 'file.io' });
  isBusy = false;
  await saved(room);
  expect(await readFile(bench.path, 'utf8')).toContain('late');
});

describe('changes from outside', () => {
  it('merges by cell id, says so, and keeps unsaved edits', async () => {
    const room = await bench.open();
    await editAsPage(room, (doc) => setSource(doc, cellId('one'), 'mine'));
    await writeFile(
      bench.path,
      notebookText(
        codeCell('one', '1'),
        codeCell('zero', '0'),
        codeCell('three', 'theirs', [{ name: 'stdout', output_type: 'stream', text: ['out\n'] }]),
      ),
    );
    await room.look();
    await saved(room);
    expect(await bench.onDisk()).toEqual([
      ['one', 'mine'],
      ['zero', '0'],
      ['three', 'theirs'],
    ]);
    expect(room.state().notices.map((notice) => notice.text)).toContain(
      'Changed on disk: 1 cell changed, 1 cell added, 1 cell removed.',
    );
    expect(bench.results.results(cellId('three'))?.outputs).toHaveLength(1);
  });

  it('is woken by the file itself', async () => {
    const room = await bench.open();
    await writeFile(bench.path, notebookText(codeCell('one', 'outside'), codeCell('two', '2'), codeCell('three', '3')));
    await expect.poll(() => sourcesOf(room), { timeout: 10_000, interval: 10 }).toEqual(['outside', '2', '3']);
    await saved(room);
  });

  it('answers everybody who asks for a look when the look is done', async () => {
    const room = await bench.open();
    await writeFile(bench.path, notebookText(codeCell('one', 'outside'), codeCell('two', '2'), codeCell('three', '3')));
    void room.look();
    await room.look();
    expect(sourcesOf(room)).toEqual(['outside', '2', '3']);
  });

  it('merges before it saves, also when nobody woke it', async () => {
    const room = await bench.open();
    await editAsPage(room, (doc) => setSource(doc, cellId('one'), 'mine'));
    await writeFile(bench.path, notebookText(codeCell('one', '1'), codeCell('two', 'theirs'), codeCell('three', '3')));
    expect(await room.save()).toBeNull();
    expect(await bench.onDisk()).toEqual([
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
    const room = await bench.open();
    await editAsPage(room, (doc) => setSource(doc, cellId('one'), 'mine'));
    await writeFile(bench.path, notebookText(codeCell('one', 'yours'), codeCell('two', '2'), codeCell('three', '3')));
    await room.look();
    expect(room.state().conflicts).toEqual([{ cellId: 'one', ours: 'mine', theirs: 'yours' }]);
    expect(await room.resolve(cellId('one'), choice)).toBeNull();
    expect(room.state().conflicts).toEqual([]);
    await saved(room);
    expect((await bench.onDisk()).map(([, source]) => source)).toEqual([...expected, '2', '3']);
  });

  it('merges a git checkout of another version without loss or duplicates', async () => {
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd: bench.root, stdio: 'pipe' });
    git('init', '-q', '-b', 'main');
    git('add', '.');
    git('commit', '-qm', 'one');
    git('checkout', '-qb', 'other');
    await writeFile(
      bench.path,
      notebookText(codeCell('one', '1'), codeCell('new', 'n'), codeCell('two', 'changed'), codeCell('three', '3')),
    );
    git('commit', '-qam', 'two');
    git('checkout', '-q', 'main');
    const room = await bench.open();
    await editAsPage(room, (doc) => setSource(doc, cellId('three'), 'typed'));
    git('checkout', '-q', 'other');
    await room.look();
    await saved(room);
    expect(await bench.onDisk()).toEqual([
      ['one', '1'],
      ['new', 'n'],
      ['two', 'changed'],
      ['three', 'typed'],
    ]);
    await editAsPage(room, (doc) => setSource(doc, cellId('three'), '3'));
    await saved(room);
    git('checkout', '-q', 'main');
    await room.look();
    await saved(room);
    expect(await bench.onDisk()).toEqual([
      ['one', '1'],
      ['two', '2'],
      ['three', '3'],
    ]);
  });

  it('does not overwrite a broken file by itself, and takes up a mended one', async () => {
    const room = await bench.open();
    await editAsPage(room, (doc) => setSource(doc, cellId('one'), 'mine'));
    const broken = `<<<<<<< HEAD\n${notebookText(codeCell('one', '1'))}`;
    await writeFile(bench.path, broken);
    await room.look();
    expect(room.state().save).toMatchObject({ status: 'error', reason: expect.stringContaining('not readable') });
    await editAsPage(room, (doc) => setSource(doc, cellId('two'), 'mine too'));
    await new Promise((resolve) => setTimeout(resolve, 4 * bench.times.quietMs));
    expect(await readFile(bench.path, 'utf8')).toBe(broken);
    await writeFile(bench.path, notebookText(codeCell('one', '1'), codeCell('two', '2'), codeCell('three', 'mended')));
    await room.look();
    await saved(room);
    expect(await bench.onDisk()).toEqual([
      ['one', 'mine'],
      ['two', 'mine too'],
      ['three', 'mended'],
    ]);
  });

  it('overwrites a broken file only when told to, and keeps its bytes in the trash', async () => {
    const room = await bench.open();
    await writeFile(bench.path, 'garbage');
    await room.look();
    expect(await room.save()).toBeNull();
    expect(await bench.onDisk()).toEqual([
      ['one', '1'],
      ['two', '2'],
      ['three', '3'],
    ]);
    const [id] = await readdir(join(bench.state, 'trash'));
    expect(await readFile(join(bench.state, 'trash', id as string, 'content'), 'utf8')).toBe('garbage');
    expect(room.state().save.status).toBe('saved');
  });

  it('creates a deleted file only when told to', async () => {
    const room = await bench.open();
    await rm(bench.path);
    await room.look();
    expect(room.state()).toMatchObject({ file: 'missing', save: { status: 'error' } });
    await editAsPage(room, (doc) => setSource(doc, cellId('one'), 'kept'));
    expect(await room.save()).toMatchObject({ fault: 'file.notFound' });
    await expect(lstat(bench.path)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await room.save({ recreate: true })).toBeNull();
    expect(room.state()).toMatchObject({ file: 'present', save: { status: 'saved' } });
    expect((await bench.onDisk())[0]).toEqual(['one', 'kept']);
  });

  it('merges a file that comes back', async () => {
    const room = await bench.open();
    await rm(bench.path);
    await room.look();
    await editAsPage(room, (doc) => setSource(doc, cellId('one'), 'kept'));
    await writeFile(bench.path, notebookText(codeCell('one', '1'), codeCell('two', 'back'), codeCell('three', '3')));
    await room.look();
    await saved(room);
    expect(room.state().file).toBe('present');
    expect(await bench.onDisk()).toEqual([
      ['one', 'kept'],
      ['two', 'back'],
      ['three', '3'],
    ]);
  });

  it('goes on under a new path after our own rename, also of a folder', async () => {
    await mkdir(join(bench.root, 'sub'));
    await rename(bench.path, join(bench.root, 'sub', 'b.ipynb'));
    const room = await bench.open('sub/b.ipynb');
    await bench.rooms.rename('sub', 'moved');
    expect(room.state()).toMatchObject({ path: 'moved/b.ipynb', file: 'present' });
    await editAsPage(room, (doc) => setSource(doc, cellId('one'), 'moved'));
    await saved(room);
    expect((await bench.onDisk('moved/b.ipynb'))[0]).toEqual(['one', 'moved']);
    expect(await bench.open('moved/b.ipynb')).toBe(room);
  });
});

describe('a file that goes back to bytes that we wrote', () => {
  const other = notebookText(codeCell('one', 'B'), codeCell('two', '2'), codeCell('three', '3'));

  async function saveThenOther(): Promise<string> {
    const room = await bench.open();
    await editAsPage(room, (doc) => setSource(doc, cellId('one'), 'A'));
    expect(await room.save()).toBeNull();
    const ours = await readFile(bench.path, 'utf8');
    await writeFile(bench.path, other);
    await room.look();
    await saved(room);
    expect(sourcesOf(room)[0]).toBe('B');
    return ours;
  }

  it('is merged as any other change while it is open', async () => {
    const ours = await saveThenOther();
    await writeFile(bench.path, ours);
    const room = await bench.open();
    await room.look();
    await saved(room);
    expect([sourcesOf(room)[0], await readFile(bench.path, 'utf8')]).toEqual(['A', ours]);
  });

  it('is merged as any other change when the server was down', async () => {
    const ours = await saveThenOther();
    await bench.rooms.stop();
    await writeFile(bench.path, ours);
    await bench.start();
    const room = await bench.open();
    await saved(room);
    expect([sourcesOf(room)[0], await readFile(bench.path, 'utf8')]).toEqual(['A', ours]);
  });
});
