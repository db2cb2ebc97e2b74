import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellId } from '#lib/core/ids.ts';
import type { JsonObject } from '#lib/core/json.ts';
import type { CellLayout } from './layout.ts';
import type { Notebook, NotebookCell } from './model.ts';
import type { Output } from './output.ts';
import { readNotebook, type NotebookFile } from './read-notebook.ts';
import { splitLines } from './render-cell.ts';
import { emptyNotebook, rewriteNotebook, writeNotebook } from './write-notebook.ts';

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

describe('splitLines', () => {
  it.each([
    ['', []],
    ['a', ['a']],
    ['a\n', ['a\n']],
    ['a\r\nb\rc\n\nd', ['a\r\n', 'b\r', 'c\n', '\n', 'd']],
    ['a\u2028b\x0bc\x85d\x1ce', ['a\u2028', 'b\x0b', 'c\x85', 'd\x1c', 'e']],
    ['\r\n\r', ['\r\n', '\r']],
  ])('splits %j as Python does', (text, lines) => {
    expect(splitLines(text)).toEqual(lines);
  });
});

describe('any notebook in any style', () => {
  const word = fc.string({
    unit: fc.constantFrom('a', '\n', '\r\n', '"', '\\', 'é', '🎉', '\u2028', '\u0001', ' '),
    maxLength: 8,
  });
  // No backslash in keys: after a key `\\`, V8's JSON.parse (Node 24.21) reads the key `\n` as `\\`.
  const key = word.map((text) => text.replaceAll('\\', '/'));
  const json = fc.dictionary(
    key,
    fc.oneof(
      word,
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(word, { maxLength: 2 }),
      fc.dictionary(key, word, { maxKeys: 2 }),
    ),
    { maxKeys: 3 },
  );
  const lines = fc.oneof(word, word.map(splitLines));
  const output = fc.oneof(
    fc.record({ output_type: fc.constant('stream'), name: fc.constant('stdout'), text: lines }),
    fc.record({
      output_type: fc.constant('display_data'),
      data: fc.record({ 'text/plain': lines, 'application/json': json }),
      metadata: json,
    }),
    fc.record({ output_type: fc.constant('holo'), x: json }),
  );
  const fileCell = fc.oneof(
    fc.record({
      cell_type: fc.constant('code'),
      metadata: json,
      source: lines,
      outputs: fc.array(output, { maxLength: 3 }),
      execution_count: fc.option(fc.nat(9)),
      odd: fc.constant(1),
    }),
    fc.record({
      cell_type: fc.constantFrom('markdown', 'raw'),
      metadata: json,
      source: lines,
      attachments: fc.constant({ 'a.png': { 'image/png': 'AA' } }),
    }),
    fc.record({ cell_type: fc.constant('future'), metadata: json, source: lines }),
  );
  const fileText = fc
    .record({
      cells: fc.array(fileCell, { maxLength: 5 }),
      metadata: json,
      indent: fc.constantFrom<(number | string | undefined)[]>(1, 2, 4, '\t', undefined),
      minor: fc.constantFrom(2, 5),
      crlf: fc.boolean(),
      end: fc.constantFrom('', '\n'),
      ascii: fc.boolean(),
    })
    .map(({ cells, metadata, indent, minor, crlf, end, ascii }) => {
      const withIds = cells.map((cell, index) => (minor === 5 ? { id: `id-${index}`, ...cell } : cell));
      let text = JSON.stringify({ metadata, cells: withIds, nbformat: 4, nbformat_minor: minor }, null, indent) + end;
      if (ascii)
        text = text.replace(/[\x80-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
      return crlf ? text.replaceAll('\n', '\r\n') : text;
    });
  const change = fc.record({ what: fc.nat(8), at: fc.nat(9), to: fc.nat(9), word, json });

  it('reads back what was written, and keeps the bytes of untouched cells', () => {
    let followed = 0;
    fc.assert(
      fc.property(fileText, fc.array(change, { maxLength: 6 }), (text, changes) => {
        const file = read(text);
        expect(writeNotebook(file, structuredClone({ metadata: file.metadata, cells: file.cells }))).toBe(text);
        let metadata = file.metadata;
        const cells = [...file.cells];
        changes.forEach(({ what, at, to, word: words, json: value }, number) => {
          const source = words.replace(/\r\n?/g, '\n');
          const index = cells.length === 0 ? -1 : at % cells.length;
          const cell = cells[index];
          if (what === 0) metadata = value;
          else if (what === 1) {
            cells.splice(to % (cells.length + 1), 0, {
              id: cellId(`new-${number}`),
              type: at % 2 ? 'code' : 'markdown',
              source,
              metadata: value,
              outputs: [],
              executionCount: null,
            });
          } else if (!cell) return;
          else if (what === 2) cells.splice(index, 1);
          else if (what === 3) cells.splice(to % cells.length, 0, ...cells.splice(index, 1));
          else if (cell.type === 'unknown') return;
          else if (what === 4) cells[index] = { ...cell, source };
          else if (what === 5) cells[index] = { ...cell, metadata: value };
          else if (cell.type !== 'code') {
            const { attachments: _gone, ...rest } = cell;
            cells[index] = { ...rest, type: 'code', outputs: [], executionCount: null };
          } else if (what === 6)
            cells[index] = {
              ...cell,
              executionCount: to,
              outputs: [{ output_type: 'stream', name: 'stdout', text: words }, ...cell.outputs],
            };
          else if (what === 7) cells[index] = { ...cell, outputs: cell.outputs.slice(1) };
          else cells[index] = { ...cell, type: 'raw', outputs: [], executionCount: null };
        });
        const written = writeNotebook(file, { metadata, cells });
        JSON.parse(written);
        const again = readNotebook(written, { ids: cells.map((cell) => cell.id) });
        if (again.kind === 'broken') throw new Error(again.problem.message);
        expect({ metadata: again.metadata, cells: again.cells }).toEqual({ metadata, cells });
        const rewritten = rewriteNotebook(file, { metadata, cells });
        expect(rewritten.text).toBe(written);
        if (rewritten.file !== null) {
          const plain = ({ range, fileId, members }: CellLayout) => ({ range, fileId, members });
          const { layout } = rewritten.file;
          expect({ ...layout, cells: layout.cells.map(plain), style: null }).toEqual({ ...again.layout, style: null });
          expect({ ...rewritten.file, layout: null, notices: [] }).toEqual({ ...again, layout: null, notices: [] });
          // And once more, from there.
          const further = rewriteNotebook(rewritten.file, { metadata, cells: cells.toReversed() });
          expect(further.text).toBe(
            writeNotebook(
              { ...again, layout: { ...again.layout, style: layout.style } },
              { metadata, cells: cells.toReversed() },
            ),
          );
          followed++;
        }
        cells.forEach((cell, index) => {
          const before = file.layout.cells[file.cells.indexOf(cell)]?.range;
          const after = again.layout.cells[index]?.range;
          if (before && after) expect(written.slice(after.start, after.end)).toBe(text.slice(before.start, before.end));
        });
        if (text.includes('\r\n')) expect(written).not.toMatch(/[^\r]\n/);
        else expect(written).not.toContain('\r');
        expect(writeNotebook(again, { metadata, cells })).toBe(written);
      }),
      { numRuns: 600, verbose: 1 },
    );
    expect(followed).toBeGreaterThan(100);
  });
});
