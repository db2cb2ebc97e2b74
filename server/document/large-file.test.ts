import { readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CellId } from '#lib/core/ids.ts';
import { orderedCellIds } from '#lib/core/notebook/cell-order.ts';
import { cellText } from '#lib/core/notebook/notebook-doc.ts';
import { editAsPage, RoomBench } from '#server/testing/room-bench.ts';
import { generateNotebook } from '../../e2e/bench/generate-notebook.ts';

let bench: RoomBench;
beforeEach(async () => {
  bench = await RoomBench.make();
  await bench.start();
});
afterEach(() => bench.stop());

it('a notebook of 100 MB is edited in the middle and saved with every other byte as it was', async () => {
  const before = Buffer.from(generateNotebook({ cells: 1000, bytes: 100e6 }));
  await writeFile(bench.path, before);
  const room = await bench.open();
  const middle = orderedCellIds(room.doc)[500] as CellId;
  const [line = ''] = cellText(room.doc, middle)?.toString().split('\n') ?? [];
  await editAsPage(room, (doc) => cellText(doc, middle)?.insert(0, 'now '));
  expect(await room.save()).toBeNull();
  const after = await readFile(bench.path);
  const at = before.indexOf(`"${JSON.stringify(line).slice(1, -1)}`, before.indexOf(`"id": "${middle}"`)) + 1;
  expect(after.length).toBe(before.length + 4);
  expect(after.subarray(0, at).equals(before.subarray(0, at))).toBe(true);
  expect(after.subarray(at, at + 4).toString()).toBe('now ');
  expect(after.subarray(at + 4).equals(before.subarray(at))).toBe(true);
}, 120_000);
