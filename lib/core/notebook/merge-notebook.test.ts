import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { cellId } from '#lib/core/ids.ts';
import { mergeNotebook, type MergeOptions } from './merge-notebook.ts';
import type { CellContent, NotebookContent } from './model.ts';
import { applyEdits, fillDoc, readDoc } from './notebook-doc.ts';

const cell = (id: string, source = id): CellContent => ({ id: cellId(id), type: 'code', source, metadata: {} });

/** `a b:2` is a notebook of cell a with source a, and cell b with source 2. */
function notebook(text: string, metadata: NotebookContent['metadata'] = {}): NotebookContent {
  const cells = text
    .split(' ')
    .filter(Boolean)
    .map((word) => cell(...(word.split(':') as [string, string?])));
  return { metadata, cells };
}

function merged(base: NotebookContent, ours: NotebookContent, theirs: NotebookContent, options?: MergeOptions) {
  const { edits, conflicts } = mergeNotebook(base, ours, theirs, options);
  const doc = new Y.Doc();
  fillDoc(doc, ours);
  applyEdits(doc, edits);
  return { content: readDoc(doc), edits, conflicts };
}

const show = (content: NotebookContent): string =>
  content.cells.map(({ id, source }) => (id === source ? id : `${id}:${source}`)).join(' ');

describe('mergeNotebook', () => {
  it.each([
    ['nothing', 'a b c', 'a b c', 'a b c', 'a b c', 0],
    ['their source', 'a b', 'a b', 'a:2 b', 'a:2 b', 0],
    ['our source', 'a b', 'a:2 b', 'a b', 'a:2 b', 0],
    ['the same source twice', 'a b', 'a:2 b', 'a:2 b', 'a:2 b', 0],
    ['two sources in one cell', 'a b', 'a:2 b', 'a:3 b', 'a:2 b', 1],
    ['their insert', 'a b', 'a b', 'x a y b z', 'x a y b z', 0],
    ['inserts at one place', 'a b', 'a x b', 'a y b', 'a y x b', 0],
    ['the same cell inserted twice', 'a', 'a x', 'a x', 'a x', 0],
    ['the same id with two sources', 'a', 'a x:1', 'a x:2', 'a x:1', 1],
    ['their delete', 'a b c', 'a b c', 'a c', 'a c', 0],
    ['their delete of a cell we edited', 'a b', 'a b:2', 'a', 'a b:2', 1],
    ['our delete', 'a b', 'a', 'a b', 'a', 0],
    ['our delete of a cell they edited', 'a b c', 'a c', 'a b:2 c', 'a b:2 c', 1],
    ['their move', 'a b c d', 'a b c d', 'b c d a', 'b c d a', 0],
    ['our move', 'a b c d', 'd a b c', 'a b c d', 'd a b c', 0],
    ['both moves', 'a b c d', 'd a b c', 'b a c d', 'b d a c', 0],
    ['our move of a cell that they moved too', 'a b c d', 'b c a d', 'b c d a', 'b c a d', 0],
    ['their move and our delete', 'a b c', 'a b', 'c a b', 'a b', 0],
    ['their insert behind a cell we deleted', 'a b', 'a', 'a b x', 'a x', 0],
  ])('takes %s', (_what, base, ours, theirs, expected, conflicts) => {
    const result = merged(notebook(base), notebook(ours), notebook(theirs));
    expect(show(result.content)).toBe(expected);
    expect(result.conflicts).toHaveLength(conflicts);
  });

  it('names both sides of a conflict', () => {
    const result = merged(notebook('a b'), notebook('a:1'), notebook('a:2 b:3'));
    expect(result.conflicts).toEqual([
      { cellId: 'b', ours: null, theirs: '3' },
      { cellId: 'a', ours: '1', theirs: '2' },
    ]);
  });

  it('merges metadata key by key', () => {
    const result = merged(
      notebook('', { a: 1, b: 1, c: 1 }),
      notebook('', { a: 2, b: 1, c: 1 }),
      notebook('', { a: 3, b: 3 }),
    );
    expect(result.content.metadata).toEqual({ a: 2, b: 3 });
  });

  it('merges a source by lines when asked to', () => {
    const base = { metadata: {}, cells: [cell('a', '1\n2\n3')] };
    const ours = { metadata: {}, cells: [cell('a', 'one\n2\n3')] };
    const theirs = { metadata: {}, cells: [cell('a', '1\n2\nthree\n4')] };
    const result = merged(base, ours, theirs, { conflicts: 'mergeText' });
    expect(result.content.cells[0]?.source).toBe('one\n2\nthree\n4');
    expect(result.conflicts).toEqual([]);
  });

  it('loses and doubles nothing, whatever the three sides did', () => {
    const ids = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g');
    const side = fc
      .uniqueArray(fc.tuple(ids, fc.constantFrom('', '', '1', '2')), { selector: ([id]) => id })
      .map((cells): NotebookContent => ({ metadata: {}, cells: cells.map(([id, tail]) => cell(id, id + tail)) }));
    fc.assert(
      fc.property(side, side, side, (base, ours, theirs) => {
        const { content, conflicts } = merged(base, ours, theirs);
        const of = (notebook: NotebookContent, id: string): string | undefined =>
          notebook.cells.find((found) => found.id === id)?.source;
        expect(new Set(content.cells.map(({ id }) => id)).size).toBe(content.cells.length);
        for (const id of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) {
          const [b, o, t, result] = [of(base, id), of(ours, id), of(theirs, id), of(content, id)];
          const conflict = conflicts.some((found) => found.cellId === id);
          if (o === t) expect([result, conflict]).toEqual([o, false]);
          else if (o === b) expect([result, conflict]).toEqual([t, false]);
          else if (t === b) expect([result, conflict]).toEqual([o, false]);
          else expect([result, conflict]).toEqual([o ?? t, true]);
        }
        expect(show(merged(base, base, theirs).content)).toBe(show(theirs));
        expect(mergeNotebook(base, ours, base).edits).toEqual([]);
        expect(mergeNotebook(base, ours, ours).edits).toEqual([]);
      }),
      { numRuns: 500, verbose: 1 },
    );
  });
});
