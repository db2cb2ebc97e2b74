import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isFault } from '#lib/core/fault.ts';
import { cellId } from '#lib/core/ids.ts';
import { insertCell } from '#lib/core/notebook/notebook-doc.ts';
import { Workspace } from '#server/storage/workspace.ts';
import { MemoryResults } from '#server/testing/memory-results.ts';
import { generateNotebook } from '../../e2e/bench/generate-notebook.ts';
import { DocumentRoom } from './room.ts';
import { Rooms } from './rooms.ts';

let base: string;
let rooms: Rooms;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'farfield-head-'));
  for (const folder of ['work', 'state', 'trash']) await mkdir(join(base, folder));
  rooms = new Rooms({
    workspace: new Workspace(join(base, 'work'), join(base, 'trash')),
    stateFolder: join(base, 'state'),
    createResults: async () => new MemoryResults(new Map()),
  });
  await rooms.run();
});
afterEach(async () => {
  await rooms.stop();
  await rm(base, { recursive: true });
});

async function head(count: number) {
  const found = await rooms.head('a.ipynb', count);
  if (isFault(found) || found === null) throw new Error(JSON.stringify(found));
  return found;
}

it('reads the first cells of a file without opening it, and those of the room once it is open', async () => {
  const text = generateNotebook({ cells: 300 });
  await writeFile(join(base, 'work', 'a.ipynb'), text);
  const closed = await head(5);
  expect(rooms.list()).toEqual([]);
  expect(closed.size).toBe(Buffer.byteLength(text));
  expect(closed.head.metadata).toMatchObject({ language_info: { name: 'python' } });
  const room = await rooms.open('a.ipynb');
  if (!(room instanceof DocumentRoom)) throw new Error('not opened');
  const open = await head(5);
  expect(open.head).toEqual(closed.head);
  insertCell(room.doc, { id: cellId('new'), type: 'code', source: '1', metadata: {} }, null);
  expect((await head(5)).head.cells.map(({ id }) => id)).toEqual([
    'new',
    ...open.head.cells.slice(0, 4).map(({ id }) => id),
  ]);
});

it('is null for what is no notebook, and a fault for what is not there', async () => {
  await writeFile(join(base, 'work', 'a.ipynb'), 'no notebook');
  expect(await rooms.head('a.ipynb', 5)).toBeNull();
  expect(await rooms.head('b.ipynb', 5)).toMatchObject({ fault: 'file.notFound' });
});
