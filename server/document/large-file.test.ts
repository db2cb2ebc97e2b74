import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import * as Y from 'yjs';
import type { CellId } from '#lib/core/ids.ts';
import { orderedCellIds } from '#lib/core/notebook/cell-order.ts';
import { cellText } from '#lib/core/notebook/notebook-doc.ts';
import { Workspace } from '#server/storage/workspace.ts';
import { MemoryResults } from '#server/testing/memory-results.ts';
import { generateNotebook } from '../../e2e/bench/generate-notebook.ts';
import { DocumentRoom } from './room.ts';
import { Rooms } from './rooms.ts';

it('a notebook of 100 MB is edited in the middle and saved with every other byte as it was', async () => {
  const base = await mkdtemp(join(tmpdir(), 'farfield-large-'));
  for (const folder of ['work', 'state', 'trash']) await mkdir(join(base, folder));
  const path = join(base, 'work', 'a.ipynb');
  const before = Buffer.from(generateNotebook({ cells: 1000, bytes: 100e6 }));
  await writeFile(path, before);
  const rooms = new Rooms({
    workspace: new Workspace(join(base, 'work'), join(base, 'trash')),
    stateFolder: join(base, 'state'),
    createResults: async () => new MemoryResults(new Map()),
  });
  try {
    await rooms.run();
    const room = await rooms.open('a.ipynb');
    if (!(room instanceof DocumentRoom)) throw new Error('not opened');
    const middle = orderedCellIds(room.doc)[500] as CellId;
    const [line = ''] = cellText(room.doc, middle)?.toString().split('\n') ?? [];
    const page = new Y.Doc();
    Y.applyUpdate(page, room.diffFor());
    const vector = Y.encodeStateVector(page);
    cellText(page, middle)?.insert(0, 'now ');
    expect(await room.applyUpdate(Y.encodeStateAsUpdate(page, vector), 'page')).toBeNull();
    expect(await room.save()).toBeNull();
    const after = await readFile(path);
    const at = before.indexOf(`"${JSON.stringify(line).slice(1, -1)}`, before.indexOf(`"id": "${middle}"`)) + 1;
    expect(after.length).toBe(before.length + 4);
    expect(after.subarray(0, at).equals(before.subarray(0, at))).toBe(true);
    expect(after.subarray(at, at + 4).toString()).toBe('now ');
    expect(after.subarray(at + 4).equals(before.subarray(at))).toBe(true);
  } finally {
    await rooms.stop();
    await rm(base, { recursive: true });
  }
}, 120_000);
