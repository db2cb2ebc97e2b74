import fc from 'fast-check';
import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { cellId, type CellId } from '#lib/core/ids.ts';
import { orderedCellIds, orderOf } from './cell-order.ts';
import { deleteCell, fillDoc, insertCell, makeRoom, moveCell, putCell } from './notebook-doc.ts';

const cell = (name: string) => ({ id: cellId(name), type: 'code' as const, source: '', metadata: {} });
const docOf = (count: number): Y.Doc => {
  const doc = new Y.Doc();
  fillDoc(doc, { metadata: {}, cells: Array.from({ length: count }, (_, index) => cell(`c${index}`)) });
  return doc;
};

/** The order as the document alone says it. */
function sorted(doc: Y.Doc): string[] {
  const places = [...(doc.getMap('cells') as Y.Map<Y.Map<unknown>>)].map(([id, one]) => [
    String(one.get('position')),
    id,
  ]);
  return places
    .sort(([a = '', i = ''], [b = '', j = '']) => (a < b || (a === b && i < j) ? -1 : 1))
    .map(([, id]) => id ?? '');
}

it('keeps the order of the document, within transactions and after those of others', () => {
  const step = fc.tuple(fc.nat(6), fc.nat(300), fc.nat(300), fc.boolean());
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.array(step, { maxLength: 60 }), (count, steps) => {
      const mine = docOf(count);
      const theirs = new Y.Doc();
      const sync = () => {
        Y.applyUpdate(theirs, Y.encodeStateAsUpdate(mine, Y.encodeStateVector(theirs)));
        Y.applyUpdate(mine, Y.encodeStateAsUpdate(theirs, Y.encodeStateVector(mine)));
      };
      sync();
      steps.forEach(([what, x, y, here], number) => {
        const doc = here ? mine : theirs;
        const ids = orderedCellIds(doc);
        const [id, after] = [ids[x % Math.max(1, ids.length)] as CellId, ids[y % Math.max(1, ids.length)] ?? null];
        if (what === 0) sync();
        else if (what === 1) insertCell(doc, cell(`n${number}`), after);
        else if (what === 2) deleteCell(doc, id);
        else if (what === 3) moveCell(doc, id, y % 5 === 0 ? null : after);
        else if (what === 4)
          ((doc.getMap('cells').get(id) as Y.Map<unknown> | undefined) ?? new Y.Map()).set('position', 'a1');
        else
          doc.transact(() => {
            // Not through the functions that tell the order.
            doc.getMap('cells').delete(id);
            expect(orderedCellIds(doc)).toEqual(sorted(doc));
            const positions = makeRoom(doc, after, 3);
            positions.forEach((position, index) => putCell(doc, cell(`p${number}-${index}`), position));
            expect(orderedCellIds(doc)).toEqual(sorted(doc));
          });
        for (const one of [mine, theirs]) expect(orderedCellIds(one)).toEqual(sorted(one));
      });
    }),
    { numRuns: 100 },
  );
});

it('answers the same array until the order changes', () => {
  const doc = docOf(3);
  const ids = orderedCellIds(doc);
  expect(orderedCellIds(doc)).toBe(ids);
  moveCell(doc, cellId('c0'), cellId('c2'));
  expect(orderedCellIds(doc)).toEqual(['c1', 'c2', 'c0']);
  expect(ids).toEqual(['c0', 'c1', 'c2']);
  expect(orderOf(doc).before(cellId('c0'))).toBe('c2');
  expect(orderOf(doc).before(cellId('gone'))).toBeUndefined();
});
