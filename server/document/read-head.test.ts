import { writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isFault } from '#lib/core/fault.ts';
import { cellId } from '#lib/core/ids.ts';
import { insertCell } from '#lib/core/notebook/notebook-doc.ts';
import { RoomBench } from '#server/testing/room-bench.ts';
import { generateNotebook } from '../../e2e/bench/generate-notebook.ts';

let bench: RoomBench;
beforeEach(async () => {
  bench = await RoomBench.make();
  await bench.start();
});
afterEach(() => bench.stop());

async function head(count: number) {
  const found = await bench.rooms.head('a.ipynb', count);
  if (isFault(found) || found === null) throw new Error(JSON.stringify(found));
  return found;
}

it('reads the first cells of a file without opening it, and those of the room once it is open', async () => {
  const text = generateNotebook({ cells: 300 });
  await writeFile(bench.path, text);
  const closed = await head(5);
  expect(bench.rooms.list()).toEqual([]);
  expect(closed.size).toBe(Buffer.byteLength(text));
  expect(closed.head.metadata).toMatchObject({ language_info: { name: 'python' } });
  const room = await bench.open();
  const open = await head(5);
  expect(open.head).toEqual(closed.head);
  insertCell(room.doc, { id: cellId('new'), type: 'code', source: '1', metadata: {} }, null);
  expect((await head(5)).head.cells.map(({ id }) => id)).toEqual([
    'new',
    ...open.head.cells.slice(0, 4).map(({ id }) => id),
  ]);
});

it('is null for what is no notebook, and a fault for what is not there', async () => {
  await writeFile(bench.path, 'no notebook');
  expect(await bench.rooms.head('a.ipynb', 5)).toBeNull();
  expect(await bench.rooms.head('b.ipynb', 5)).toMatchObject({ fault: 'file.notFound' });
});
