import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cellId } from '#lib/core/ids.ts';
import { setCellMetadata, setSource } from '#lib/core/notebook/notebook-doc.ts';
import { DocumentRoom } from './document/room.ts';
import { Rooms } from './document/rooms.ts';
import { findTail } from './notebook-head.ts';
import type { OpenNotebook, Services } from './service-set.ts';
import { Workspace } from './storage/workspace.ts';
import { MemoryResults } from './testing/memory-results.ts';

let base: string;
let rooms: Rooms;

const host = { state: () => ({ cells: new Map() }) } as unknown as OpenNotebook['host'];
const services = (): Pick<Services, 'rooms' | 'hosts'> => ({
  rooms,
  hosts: new Map(rooms.list().map(({ notebookId }) => [notebookId, host])),
});

const cell = (index: number, metadata: object = {}) => ({
  cell_type: 'code',
  execution_count: index,
  id: `cell-${index}`,
  metadata,
  outputs: [{ output_type: 'stream', name: 'stdout', text: [`printed ${index}`] }],
  source: [`x = ${index}`],
});

async function write(name: string, count: number, metadataOf: (index: number) => object = () => ({})): Promise<void> {
  const cells = Array.from({ length: count }, (_, index) => cell(index, metadataOf(index)));
  const text = JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });
  await writeFile(join(base, 'work', name), text);
}

async function open(name: string): Promise<DocumentRoom> {
  const room = await rooms.open(name);
  if (!(room instanceof DocumentRoom)) throw new Error(JSON.stringify(room));
  return room;
}

beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'farfield-tail-')));
  await mkdir(join(base, 'work'));
  rooms = new Rooms({
    workspace: new Workspace(join(base, 'work'), join(base, 'trash')),
    stateFolder: join(base, 'state'),
    createResults: async () => new MemoryResults(new Map()),
  });
  await rooms.run();
});

afterEach(async () => {
  await rooms.stop();
  await rm(base, { recursive: true, force: true });
});

describe('findTail', () => {
  it('has the last cells of the file, in order, before the room is there', async () => {
    await write('large.ipynb', 300);
    const opening = open('large.ipynb');
    const tail = await findTail(services(), 'large.ipynb');
    expect(rooms.list()).toEqual([]);
    expect(tail?.cellCount).toBe(300);
    expect(tail?.cells.at(-1)).toMatchObject({ id: 'cell-299', source: 'x = 299', executionCount: 299 });
    expect(tail?.cells.at(-1)?.outputs).toMatchObject([{ output_type: 'stream', text: 'printed 299' }]);
    const first = 300 - (tail?.cells.length ?? 0);
    expect(tail?.cells.map(({ id }) => id)).toEqual(
      Array.from({ length: 300 - first }, (_, at) => `cell-${first + at}`),
    );
    expect((await opening).cellIds()).toHaveLength(300);
  });

  it('opens the notebook by itself', async () => {
    await write('alone.ipynb', 300);
    expect(await findTail(services(), 'alone.ipynb')).not.toBeNull();
    expect((await open('alone.ipynb')).cellIds()).toHaveLength(300);
  });

  it('has what was edited in an open notebook', async () => {
    await write('edited.ipynb', 300);
    const room = await open('edited.ipynb');
    setSource(room.doc, cellId('cell-299'), 'edited = True');
    expect((await findTail(services(), 'edited.ipynb'))?.cells.at(-1)?.source).toBe('edited = True');
  });

  it.each([
    ['a small notebook', 'small.ipynb', () => write('small.ipynb', 20)],
    ['a file that is no notebook', 'broken.ipynb', () => writeFile(join(base, 'work', 'broken.ipynb'), '{"cells": [')],
    ['no file', 'nowhere.ipynb', async () => {}],
    [
      'a notebook with a collapsed section, in which the last cells may be',
      'collapsed.ipynb',
      () => write('collapsed.ipynb', 300, (index) => (index === 7 ? { 'jp-MarkdownHeadingCollapsed': true } : {})),
    ],
  ])('is null for %s', async (_, name, make) => {
    await make();
    expect(await findTail(services(), name)).toBeNull();
  });

  it('is null once a section of an open notebook is collapsed', async () => {
    await write('later.ipynb', 300);
    const room = await open('later.ipynb');
    expect(await findTail(services(), 'later.ipynb')).not.toBeNull();
    setCellMetadata(room.doc, cellId('cell-7'), { 'jp-MarkdownHeadingCollapsed': true });
    expect(await findTail(services(), 'later.ipynb')).toBeNull();
  });
});
