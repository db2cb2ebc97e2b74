import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PageDocuments, type DocumentLease } from '#lib/client/document/page-documents.ts';
import { cellId } from '#lib/core/ids.ts';
import { readDoc } from '#lib/core/notebook/notebook-doc.ts';
import { Workspace } from '#server/storage/workspace.ts';
import { MemoryLine } from '#server/testing/memory-line.ts';
import { MemoryResults } from '#server/testing/memory-results.ts';
import type { DocumentRoom } from './room.ts';
import { Rooms } from './rooms.ts';

/** The server dies without a word and comes back on the same folders, under a page that stays open. */
const a = cellId('a');
let base: string;
let rooms: Rooms;
let line: MemoryLine;
let documents: PageDocuments;

beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'farfield-killed-')));
  await mkdir(join(base, 'work'));
  const cells = [{ cell_type: 'code', execution_count: null, id: 'a', metadata: {}, outputs: [], source: ['a'] }];
  await writeFile(
    join(base, 'work', 'a.ipynb'),
    `${JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`,
  );
  await start();
  line = new MemoryLine('page', () => rooms);
  documents = new PageDocuments(line, new EventTarget());
});
afterEach(async () => {
  await rooms.stop();
  await rm(base, { recursive: true, force: true });
});

async function start(): Promise<void> {
  rooms = new Rooms({
    workspace: new Workspace(join(base, 'work'), join(base, 'state', 'trash')),
    stateFolder: join(base, 'state'),
    createResults: async () => new MemoryResults(),
  });
  await rooms.run();
}

/** What the disk has at this moment is all that the next server finds. */
async function kill(): Promise<void> {
  line.cut();
  const copy = join(base, 'crash');
  await mkdir(copy);
  execFileSync('cp', ['-a', join(base, 'state'), join(base, 'work'), copy]);
  await rooms.stop();
  for (const name of ['state', 'work']) {
    await rm(join(base, name), { recursive: true, force: true });
    await rename(join(copy, name), join(base, name));
  }
  await rm(copy, { recursive: true });
}

async function open(): Promise<DocumentLease> {
  const lease = documents.open('a.ipynb');
  await expect.poll(() => lease.document.getSnapshot().docState).toBe('ready');
  return lease;
}
const type = ({ document }: DocumentLease, text: string) => {
  const shared = document.text(a);
  shared?.insert(shared.length, text);
};
const onServer = () => readDoc((rooms.byPath('a.ipynb') as DocumentRoom).doc).cells.map((one) => one.source);
const onDisk = async () =>
  (JSON.parse(await readFile(join(base, 'work', 'a.ipynb'), 'utf8')) as { cells: { source: string[] }[] }).cells.map(
    (one) => one.source.join(''),
  );

it('has once what an open page typed before the kill, in flight at it, and while the server was away', async () => {
  const lease = await open();
  const { epoch } = lease.document.getSnapshot();
  type(lease, ' before');
  await lease.document.flushed();
  type(lease, ' in flight');
  lease.document.flush();
  type(lease, ' behind it');
  await kill();
  type(lease, ' away');
  await start();
  line.join();
  expect(await lease.document.flushed()).toBe(true);
  expect(lease.document.getSnapshot().epoch).toBe(epoch);
  expect(onServer()).toEqual(['a before in flight behind it away']);
  await expect.poll(onDisk, { timeout: 15_000 }).toEqual(['a before in flight behind it away']);
  expect(lease.document.content(a)?.source).toBe('a before in flight behind it away');
});

it('has once what was typed in a notebook that the page no longer shows', async () => {
  const lease = await open();
  await kill();
  type(lease, ' away');
  lease.release();
  await start();
  line.join();
  await expect.poll(() => documents.unsent()).toBe(false);
  expect(onServer()).toEqual(['a away']);
  // Nobody reads it any more.
  await expect.poll(() => rooms.byPath('a.ipynb')?.quiet, { timeout: 15_000 }).toBe(true);
});
