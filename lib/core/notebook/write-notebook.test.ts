import { describe, expect, it } from 'vitest';
import { cellId } from '#lib/core/ids.ts';
import type { JsonObject } from '#lib/core/json.ts';
import type { Notebook, NotebookCell } from './model.ts';
import type { Output } from './output.ts';
import { readNotebook, type NotebookFile } from './read-notebook.ts';
import { emptyNotebook, writeNotebook } from './write-notebook.ts';

function read(text: string): NotebookFile {
  const file = readNotebook(text);
  if (file.kind === 'broken') throw new Error(file.problem.message);
  return file;
}

function edit(file: NotebookFile, index: number, change: Partial<NotebookCell>): Notebook {
  return { ...file, cells: file.cells.map((cell, at) => (at === index ? { ...cell, ...change } : cell)) };
}

/** A file in nobody's standard style: indent of 3, keys out of order, unknown keys, odd numbers, string sources. */
const odd = [
  '{',
  '   "nbformat": 4, "nbformat_minor": 5,',
  '   "x-unknown": 1.0,',
  '   "metadata": {"z": 1.00, "a": {"big": 12345678901234567890, "keep": [1,2]}, "n": NaN},',
  '   "cells": [',
  '      {"cell_type": "code", "id": "one", "source": "a = 1\\nb = \\u0032", "x": 1e3,',
  '       "outputs": [{"output_type": "stream", "name": "stdout", "text": ["1\\n", "2"], "odd": 1.0}, {"output_type": "holo", "v": 2.0}],',
  '       "metadata": {"b": 1.0, "a": 2}, "execution_count": 1},',
  '',
  '      {"cell_type": "markdown", "id": "two", "metadata": {}, "source": ["# x\\n", "y"]} ,',
  '      {"cell_type": "future", "id": "three", "payload": [1.0]}',
  '   ]',
  '}',
].join('\n');

/** Written by a program that we do not know, compared with what it becomes: the changed part alone. */
function changedPart(before: string, after: string): [string, string] {
  let head = 0;
  while (head < before.length && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < Math.min(before.length, after.length) - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  return [before.slice(head, before.length - tail), after.slice(head, after.length - tail)];
}

describe('writeNotebook', () => {
  it.each([
    odd,
    odd.replaceAll('\n', '\r\n'),
    `${odd}\n\n`,
    emptyNotebook(),
    '{"cells":[],"nbformat":4,"nbformat_minor":2}',
  ])('leaves an unchanged file alone', (text) => {
    const file = read(text);
    expect(writeNotebook(file, file)).toBe(text);
    expect(writeNotebook(file, structuredClone({ metadata: file.metadata, cells: file.cells }))).toBe(text);
  });

  const stream = (text: string): Output => ({ output_type: 'stream', name: 'stdout', text, lines: 3 });
  it.each<[string, number, (cell: NotebookCell) => Partial<NotebookCell>, string, string]>([
    ['a string source', 0, () => ({ source: 'a = 1\nc' }), 'b = \\u0032', 'c'],
    ['one line of a list', 1, () => ({ source: '# z\ny' }), 'x', 'z'],
    ['an execution count', 0, () => ({ executionCount: 12 }), '', '2'],
    ['an execution count that goes', 0, () => ({ executionCount: null }), '1', 'null'],
    ['one key of the metadata', 0, (cell) => ({ metadata: { ...cell.metadata, a: 3 } }), '2', '3'],
    ['a new key of the metadata', 0, (cell) => ({ metadata: { ...cell.metadata, c: 3 } }), '', ', "c": 3'],
    [
      'an output behind those that stay',
      0,
      (cell) => ({ outputs: [...cell.outputs, stream('é')] }),
      '',
      expect.anything() as string,
    ],
    ['an output that goes', 0, (cell) => ({ outputs: cell.outputs.slice(1) }), expect.anything() as string, ''],
    ['a type', 1, () => ({ type: 'raw' }), 'markdown', 'raw'],
    ['nothing in an unknown cell', 2, () => ({ source: 'x', metadata: { a: 1 } }), '', ''],
    [
      'nothing when only transient fields differ',
      0,
      (cell) => ({ outputs: cell.outputs.map((output) => ({ ...output, lines: 9 }) as Output) }),
      '',
      '',
    ],
  ])('changes %s and no other byte', (_what, index, change, removed, added) => {
    for (const text of [odd, odd.replaceAll('\n', '\r\n')]) {
      const file = read(text);
      const cell = file.cells[index];
      if (!cell) throw new Error('no such cell');
      const next = edit(file, index, change(cell));
      const written = writeNotebook(file, next);
      expect(changedPart(text, written)).toEqual([removed, added]);
      if (file.cells[index]?.type !== 'unknown') {
        const results = next.cells.map((found) => ({
          ...found,
          outputs: found.outputs.map(({ ...output }) => ('lines' in output ? { ...output, lines: undefined } : output)),
        }));
        expect(read(written).cells).toEqual(results);
      }
    }
  });

  it('keeps spelling and order in the metadata of the notebook', () => {
    const file = read(odd);
    const next = {
      ...file,
      metadata: { z: 1, n: null, a: { big: Number('12345678901234567890'), keep: [1, 2], new: true } },
    };
    expect(changedPart(odd, writeNotebook(file, next))).toEqual(['', ', "new": true']);
    const bare = read('{"cells":[],"nbformat":4,"nbformat_minor":2}');
    expect(writeNotebook(bare, { ...bare, metadata: { a: 1 } })).toBe(
      '{"cells":[],"nbformat":4,"nbformat_minor":2,"metadata":{"a":1}}',
    );
  });

  it('turns a cell into code and back', () => {
    const file = read(odd);
    const code = writeNotebook(file, edit(file, 1, { type: 'code' }));
    expect(JSON.parse(code.replace('NaN', '0'))).toMatchObject({
      cells: [{}, { cell_type: 'code', execution_count: null, outputs: [], source: ['# x\n', 'y'] }, {}],
    });
    const text = writeNotebook(file, edit(file, 0, { type: 'markdown' }));
    const cell = (JSON.parse(text.replace('NaN', '0')) as { cells: JsonObject[] }).cells[0];
    expect(cell).not.toHaveProperty('outputs');
    expect(cell).not.toHaveProperty('execution_count');
    expect(cell).toMatchObject({ x: 1000, cell_type: 'markdown' });
  });

  const added: NotebookCell = {
    id: cellId('new'),
    type: 'code',
    source: 'x\ny',
    metadata: {},
    outputs: [],
    executionCount: null,
  };
  const twoCells = (minor: number): string =>
    `${JSON.stringify(
      {
        cells: [
          { cell_type: 'raw', metadata: {}, source: ['r'] },
          { cell_type: 'raw', metadata: {}, source: ['s'] },
        ],
        metadata: {},
        nbformat: 4,
        nbformat_minor: minor,
      },
      null,
      1,
    )}\n`;

  it('writes a new cell in the style of the file, with an id from 4.5 on', () => {
    const file = read(twoCells(4));
    const written = writeNotebook(file, { ...file, cells: [...file.cells.slice(0, 1), added, ...file.cells.slice(1)] });
    const cell =
      '  {\n   "cell_type": "code",\n   "execution_count": null,\n   "metadata": {},\n   "outputs": [],\n   "source": [\n    "x\\n",\n    "y"\n   ]\n  },\n';
    expect(changedPart(file.text, written)[1].length).toBe(cell.length);
    expect(written).toContain(cell);
    const newer = read(twoCells(5));
    expect(writeNotebook(newer, { ...newer, cells: [...newer.cells, added] })).toContain(
      '"execution_count": null,\n   "id": "new",',
    );
  });

  it('writes into an empty notebook, and empties one', () => {
    const file = read(emptyNotebook({ name: 'python3', display_name: 'Python 3', language: 'python' }));
    const written = writeNotebook(file, { ...file, cells: [added] });
    expect(written).toBe(
      `${JSON.stringify({ ...(JSON.parse(file.text) as object), cells: [{ cell_type: 'code', execution_count: null, id: 'new', metadata: {}, outputs: [], source: ['x\n', 'y'] }] }, null, 1)}\n`,
    );
    const full = read(written);
    expect(writeNotebook(full, { ...full, cells: [] })).toBe(file.text);
  });

  it('moves and deletes cells with their bytes', () => {
    const file = read(odd);
    const [one, two, three] = file.cells;
    if (!one || !two || !three) throw new Error('cells');
    const bytes = file.layout.cells.map(({ range }) => odd.slice(range.start, range.end));
    const written = writeNotebook(file, { ...file, cells: [three, one] });
    expect(written).toContain(bytes[0]);
    expect(written).toContain(bytes[2]);
    expect(written).not.toContain(bytes[1]);
    expect(written.indexOf(bytes[2] ?? '')).toBeLessThan(written.indexOf(bytes[0] ?? ''));
    expect(writeNotebook(file, { ...file, cells: [two, three, one] })).toContain(
      `${bytes[1]} ,\n      ${bytes[2]},\n\n`,
    );
    expect(writeNotebook(file, { ...file, cells: [one, two] })).toBe(
      odd.replace(/ ,\n {6}\{"cell_type": "future".*/, ''),
    );
  });

  it('rewrites an edited file of format 3 as 4.5 and leaves an unedited one', () => {
    const text = JSON.stringify(
      {
        metadata: { name: 'n' },
        nbformat: 3,
        nbformat_minor: 0,
        worksheets: [{ cells: [{ cell_type: 'heading', level: 1, source: 'h' }] }],
      },
      null,
      2,
    );
    const file = read(text);
    expect(writeNotebook(file, structuredClone({ metadata: file.metadata, cells: file.cells }))).toBe(text);
    const id = file.cells[0]?.id;
    expect(writeNotebook(file, edit(file, 0, { source: '# H' }))).toBe(
      JSON.stringify(
        {
          cells: [{ cell_type: 'markdown', id, metadata: {}, source: ['# H'] }],
          metadata: {},
          nbformat: 4,
          nbformat_minor: 5,
        },
        null,
        2,
      ),
    );
  });

  it('escapes what the file escapes', () => {
    const text = twoCells(5).replace('"r"', '"\\u00e9\\n", "q"');
    const file = read(text);
    expect(writeNotebook(file, edit(file, 0, { source: 'é\nü🎉' }))).toContain('"\\u00e9\\n", "\\u00fc\\ud83c\\udf89"');
    const raw = read(text.replace('\\u00e9', 'é'));
    expect(writeNotebook(raw, edit(raw, 0, { source: 'é\nü🎉' }))).toContain('"é\\n", "ü🎉"');
  });

  it('keeps the line ends of a source', () => {
    const text = twoCells(4).replace('"r"', '"r\\r\\n", "s\\r\\n", "t"');
    const file = read(text);
    expect(writeNotebook(file, edit(file, 0, { source: 'r\nS\nt' }))).toBe(text.replace('"s\\r\\n"', '"S\\r\\n"'));
  });

  it('repairs the id of a cell only when it writes that cell', () => {
    const text = twoCells(5);
    const file = read(text);
    const written = writeNotebook(file, edit(file, 1, { source: 'S' }));
    expect(written.match(/"id"/g)).toHaveLength(1);
    expect(written).toContain(`"id": "${file.cells[1]?.id}"`);
  });

  it('never changes a readonly file', () => {
    const file = read('{"nbformat": 5, "nbformat_minor": 0, "metadata": {}, "cells": []}');
    expect(writeNotebook(file, { metadata: { a: 1 }, cells: [added] })).toBe(file.text);
  });

  it('writes deep metadata', () => {
    const file = read(emptyNotebook());
    let deep: JsonObject = {};
    for (let level = 0; level < 2000; level++) deep = { deep };
    const again = read(writeNotebook(file, { ...file, metadata: deep, cells: [] }));
    expect(writeNotebook(again, { ...again, metadata: { ...deep, a: 1 } })).toContain('"a": 1');
  });
});
