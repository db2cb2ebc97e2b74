import { readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type * as Y from 'yjs';
import type { CellId } from '#lib/core/ids.ts';
import { orderedCellIds } from '#lib/core/notebook/cell-order.ts';
import { cellText, deleteCell, moveCell, readDoc } from '#lib/core/notebook/notebook-doc.ts';
import { editAsPage, RoomBench } from '#server/testing/room-bench.ts';
import { generateNotebook } from '../../e2e/bench/generate-notebook.ts';
import type { DocumentRoom } from './room.ts';

let bench: RoomBench;
beforeEach(async () => {
  bench = await RoomBench.make();
  await bench.start();
});
afterEach(() => bench.stop());

async function open(text: string): Promise<DocumentRoom> {
  await writeFile(bench.path, text);
  return bench.open();
}

const edit = (room: DocumentRoom, change: (doc: Y.Doc, ids: readonly CellId[]) => void) =>
  editAsPage(room, (doc) => change(doc, orderedCellIds(doc)));

const code = (source: unknown, more: object = {}) =>
  JSON.stringify({ cell_type: 'code', execution_count: null, metadata: {}, outputs: [], source, ...more });
const notebookOf = (cells: readonly string[]) =>
  `{"cells": [${cells.join(',\n')}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n`;
const nested = (levels: number) => `${'{"a":['.repeat(levels / 2)}1${']}'.repeat(levels / 2)}`;

describe('hostile cells are opened, edited beside and saved with their bytes', () => {
  const separators = 'a\u000bb\u000cc\u001cd\u001de\u001ef\u0085g\u2028h\u2029i';
  const raw = (cell: string, from: string, to: string) => cell.replace(from, to);
  it.each<[string, string[]]>([
    ['a cell of 10 MB', [code('x'.repeat(10_000_000), { id: 'big' })]],
    ['a line of 1,000,000 characters among others', [code(['a\n', `${'é'.repeat(1_000_000)}\n`, 'b'], { id: 'long' })]],
    ['lone surrogates, escaped', [raw(code('S', { id: 's' }), '"S"', '"\\ud800 \\udfff \\ud83d"')]],
    ['every line separator of Unicode', [code(separators, { id: 'u' }), code(separators.split(/(?<=[^a-i])/u))]],
    ['metadata 1,000 levels deep', [raw(code('d', { id: 'd' }), '"metadata":{}', `"metadata":${nested(1000)}`)]],
    [
      'outputs 1,000 levels deep',
      [raw(code('o', { id: 'o' }), '"outputs":[]', `"outputs":[{"output_type":"x","y":${nested(1000)}}]`)],
    ],
    [
      'doubled and forbidden ids',
      ['same', 'same', 'no good', '', 'x'.repeat(65), '__proto__', 'constructor'].map((id) => code(id, { id })),
    ],
    ['bidi and zero-width characters', [code('\u202eevil\u202c \u200b\u200d\ufeff', { id: 'z' })]],
  ])(
    '%s',
    async (_what, hostile) => {
      const touched = code(['touch\n', 'me'], { id: 'touched' });
      const text = notebookOf([...hostile, touched]);
      const room = await open(text);
      await edit(room, (doc, ids) => cellText(doc, ids.at(-1) as CellId)?.insert(0, 'now '));
      expect(await room.save()).toBeNull();
      expect(await readFile(bench.path, 'utf8')).toBe(text.replace('"touch\\n"', '"now touch\\n"'));
      // The hostile cell itself can be moved, typed in and deleted.
      await edit(room, (doc, ids) => {
        moveCell(doc, ids[0] as CellId, ids.at(-1) ?? null);
        cellText(doc, ids[0] as CellId)?.insert(0, 'typed ');
      });
      expect(await room.save()).toBeNull();
      const last = (
        JSON.parse(await readFile(bench.path, 'utf8')) as { cells: { source: string | string[] }[] }
      ).cells.at(-1);
      expect([last?.source].flat().join('').startsWith('typed ')).toBe(true);
      await edit(room, (doc, ids) => deleteCell(doc, ids.at(-1) as CellId));
      expect(await room.save()).toBeNull();
      expect(room.state()).toMatchObject({ save: { status: 'saved' }, conflicts: [] });
      // A change from outside goes through the merge with all of it.
      await writeFile(bench.path, text);
      await room.look();
      expect(readDoc(room.doc).cells).toHaveLength(hostile.length + 1);
      expect(await room.save()).toBeNull();
    },
    60_000,
  );
});

it.each([
  ['5,000 cells', { cells: 5000 }],
  ['100,000 cells', null],
])(
  'a notebook of %s is edited in the middle and saved with every other byte as it was',
  async (_what, size) => {
    const text =
      size === null
        ? notebookOf(Array.from({ length: 100_000 }, (_, n) => code(`x = ${n}`, { id: `c${n}` })))
        : generateNotebook(size);
    const room = await open(text);
    const ids = orderedCellIds(room.doc);
    const middle = ids[ids.length >> 1] as CellId;
    const before = cellText(room.doc, middle)?.toString() ?? '';
    await edit(room, (doc) => cellText(doc, middle)?.insert(0, 'now '));
    expect(await room.save()).toBeNull();
    const written = await readFile(bench.path, 'utf8');
    const line = JSON.stringify(before.split(/(?<=\n)/u)[0]);
    const at = text.indexOf(
      line,
      text.indexOf(size === null ? `"c${ids.length >> 1}"` : `"id": "${middle}"`) - (size === null ? 100 : 0),
    );
    expect(written.length).toBe(text.length + 4);
    expect(at).toBeGreaterThan(0);
    expect(written.slice(0, at) === text.slice(0, at)).toBe(true);
    expect(written.slice(at, at + line.length + 4)).toBe(`"now ${line.slice(1)}`);
    expect(written.slice(at + line.length + 4) === text.slice(at + line.length)).toBe(true);
  },
  120_000,
);
