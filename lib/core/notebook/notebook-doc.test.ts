import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { cellId } from '#lib/core/ids.ts';
import { orderedCellIds } from './cell-order.ts';
import type { CellContent, NotebookContent } from './model.ts';
import {
  applyEdits,
  cellText,
  deleteCell,
  fillDoc,
  insertCell,
  moveCell,
  readDoc,
  setCellMetadata,
  setCellType,
  setNotebookMetadata,
  setSource,
} from './notebook-doc.ts';

const cell = (id: string, source = id): CellContent => ({ id: cellId(id), type: 'code', source, metadata: {} });
const content = (...ids: string[]): NotebookContent => ({ metadata: { a: 1 }, cells: ids.map((id) => cell(id)) });

function docOf(...ids: string[]): Y.Doc {
  const doc = new Y.Doc();
  fillDoc(doc, content(...ids));
  return doc;
}

function copyOf(doc: Y.Doc): Y.Doc {
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
  return copy;
}

function sync(...docs: Y.Doc[]): void {
  for (const from of docs) for (const to of docs) Y.applyUpdate(to, Y.encodeStateAsUpdate(from));
}

describe('the document of a notebook', () => {
  it('gives back what it was filled with', () => {
    const full: NotebookContent = {
      metadata: { kernelspec: { name: 'x' } },
      cells: [
        { ...cell('a'), attachments: { 'i.png': {} } },
        { ...cell('b'), type: 'markdown', metadata: { tags: ['t'] } },
      ],
    };
    const doc = new Y.Doc();
    fillDoc(doc, full);
    expect(readDoc(doc)).toEqual(full);
  });

  it('inserts, moves, deletes and changes cells', () => {
    const doc = docOf('a', 'b', 'c');
    expect(orderedCellIds(doc)).toEqual(['a', 'b', 'c']);
    expect(orderedCellIds(doc)).toBe(orderedCellIds(doc));
    insertCell(doc, cell('first'), null);
    insertCell(doc, cell('d'), cellId('b'));
    insertCell(doc, cell('last'), cellId('gone'));
    moveCell(doc, cellId('a'), cellId('c'));
    deleteCell(doc, cellId('b'));
    setCellType(doc, cellId('c'), 'markdown');
    setCellMetadata(doc, cellId('c'), { x: 1 });
    setNotebookMetadata(doc, { b: 2 });
    expect(orderedCellIds(doc)).toEqual(['first', 'd', 'c', 'a', 'last']);
    expect(readDoc(doc)).toMatchObject({
      metadata: { b: 2 },
      cells: [{}, {}, { type: 'markdown', metadata: { x: 1 } }, {}, {}],
    });
    expect(readDoc(doc).metadata).not.toHaveProperty('a');
  });

  it('makes room between cells that were inserted at the same place at once', () => {
    const left = docOf('a', 'z');
    const right = copyOf(left);
    insertCell(left, cell('l'), cellId('a'));
    insertCell(right, cell('r'), cellId('a'));
    sync(left, right);
    expect(orderedCellIds(left)).toEqual(['a', 'l', 'r', 'z']);
    insertCell(left, cell('m'), cellId('l'));
    moveCell(left, cellId('z'), cellId('l'));
    expect(orderedCellIds(left)).toEqual(['a', 'l', 'z', 'm', 'r']);
    sync(left, right);
    expect(readDoc(right)).toEqual(readDoc(left));
  });

  it('changes only the differing characters of a source', () => {
    const doc = docOf('a');
    setSource(doc, cellId('a'), 'one two three');
    const text = cellText(doc, cellId('a'));
    if (!text) throw new Error('no text');
    const cursor = Y.createRelativePositionFromTypeIndex(text, 5);
    setSource(doc, cellId('a'), 'ONE two THREE 🎉');
    expect(Y.createAbsolutePositionFromRelativePosition(cursor, doc)?.index).toBe(5);
    setSource(doc, cellId('a'), 'ONE two THREE 🎈');
    expect(text.toString()).toBe('ONE two THREE 🎈');
  });

  it('reads what a foreign client left behind without throwing', () => {
    const doc = docOf('a');
    const cells = doc.getMap('cells');
    const odd = new Y.Map<unknown>();
    odd.set('type', 7);
    odd.set('position', { not: 'a position' });
    cells.set('odd', odd);
    cells.set('text', 'nonsense');
    cells.set('list', new Y.Array());
    const strange = new Y.Map<unknown>();
    strange.set('position', '!!');
    strange.set('metadata', new Y.Map());
    cells.set('strange', strange);
    doc.getMap('notebook').set('nested', new Y.Text('x'));
    expect(readDoc(doc).cells.map((found) => [found.id, found.type, found.source])).toEqual([
      ['strange', 'raw', ''],
      ['a', 'code', 'a'],
      ['odd', 'raw', ''],
    ]);
    insertCell(doc, cell('new'), cellId('strange'));
    insertCell(doc, cell('end'), cellId('odd'));
    setSource(doc, cellId('odd'), 'mended');
    expect(orderedCellIds(doc)).toEqual(['strange', 'new', 'a', 'odd', 'end']);
    expect(cellText(doc, cellId('odd'))?.toString()).toBe('mended');
  });

  it('applies edits in one transaction with their origin', () => {
    const doc = docOf('a', 'b');
    const origins: unknown[] = [];
    doc.on('afterTransaction', (transaction) => origins.push(transaction.origin));
    applyEdits(
      doc,
      [
        { type: 'InsertCell', cell: cell('c'), after: cellId('a') },
        { type: 'InsertCell', cell: cell('d'), after: cellId('c') },
        { type: 'MoveCell', cellId: cellId('b'), after: null },
        { type: 'SetSource', cellId: cellId('c'), source: 'C' },
        { type: 'DeleteCell', cellId: cellId('a') },
      ],
      'file',
    );
    expect(origins).toEqual(['file']);
    expect(readDoc(doc).cells.map((found) => found.source)).toEqual(['b', 'C', 'd']);
  });

  it('converges and loses no cell under random edits of three people', () => {
    const step = fc.tuple(fc.nat(2), fc.nat(5), fc.nat(20), fc.nat(20));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const first = docOf('a', 'b', 'c');
        const docs = [first, copyOf(first), copyOf(first)];
        const alive = new Set(['a', 'b', 'c']);
        steps.forEach(([who, what, x, y], number) => {
          const doc = docs[who];
          if (!doc) return;
          const ids = orderedCellIds(doc);
          const [id, after] = [ids[x % ids.length], ids[y % ids.length] ?? null];
          if (what === 0) sync(...docs);
          else if (what <= 2) {
            insertCell(doc, cell(`n${number}`), y === 0 ? null : after);
            alive.add(`n${number}`);
            const now = orderedCellIds(doc);
            expect(now[(y === 0 || after === null ? -1 : now.indexOf(after)) + 1]).toBe(`n${number}`);
          } else if (!id) return;
          else if (what === 3) {
            moveCell(doc, id, after);
            const now = orderedCellIds(doc);
            if (id !== after && after !== null) expect(now[now.indexOf(after) + 1]).toBe(id);
          } else if (what === 4) setSource(doc, id, `${doc.clientID % 7} ${number}`);
          else if (x === 0) {
            deleteCell(doc, id);
            alive.delete(id);
          }
        });
        sync(...docs);
        sync(...docs);
        for (const doc of docs) expect(readDoc(doc)).toEqual(readDoc(first));
        expect(new Set(orderedCellIds(first))).toEqual(alive);
      }),
      { numRuns: 150, verbose: 1 },
    );
  });
});
