import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellId } from '#lib/core/ids.ts';
import type { CellLayout } from './layout.ts';
import { readNotebook } from './read-notebook.ts';
import { splitLines } from './render-cell.ts';
import { rewriteNotebook, writeNotebook } from './write-notebook.ts';

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
        const file = readNotebook(text);
        if (file.kind === 'broken') throw new Error(file.problem.message);
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
