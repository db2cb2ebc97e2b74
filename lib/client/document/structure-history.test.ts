import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { cellId as id, type CellId } from '#lib/core/ids.ts';
import { orderedCellIds } from '#lib/core/notebook/cell-order.ts';
import type { CellContent } from '#lib/core/notebook/model.ts';
import {
  cellText,
  deleteCell,
  fillDoc,
  insertCell,
  moveCell,
  readDoc,
  setCellType,
} from '#lib/core/notebook/notebook-doc.ts';
import type { StructureEdit } from '#lib/core/notebook/structure-edit.ts';
import { planInsert, planMerge, planMove, planSplit } from '#lib/core/notebook/structure-plan.ts';
import { StructureHistory } from './structure-history.ts';

const cell = (name: string, source = name): CellContent => ({ id: id(name), type: 'code', source, metadata: {} });

/** Two people: `mine` undoes, `theirs` only edits. */
let mine: Y.Doc;
let theirs: Y.Doc;
let history: StructureHistory;
beforeEach(() => begin(['a', 'b', 'c', 'd']));

function begin(names: readonly string[]): void {
  mine = new Y.Doc();
  theirs = new Y.Doc();
  fillDoc(mine, { metadata: {}, cells: names.map((name) => cell(name, `${name}1\n${name}2`)) });
  sync();
  history = new StructureHistory(mine, 'mine');
}

function sync(): void {
  for (const [from, to] of [
    [mine, theirs],
    [theirs, mine],
  ] as const)
    Y.applyUpdate(to, Y.encodeStateAsUpdate(from, Y.encodeStateVector(to)));
}

const shown = (doc = mine) =>
  readDoc(doc).cells.map(({ id: name, source }) => `${name}:${source.replaceAll('\n', '/')}`);
const remove = (...names: string[]): StructureEdit[] =>
  names.map((name) => ({ type: 'Remove', cellId: id(name), unless: null }));
const insert = (doc: Y.Doc, name: string, at: number, text: string) => cellText(doc, id(name))?.insert(at, text);
const before = ['a:a1/a2', 'b:b1/b2', 'c:c1/c2', 'd:d1/d2'];

describe('what one person undoes', () => {
  it.each<[string, (doc: Y.Doc) => readonly StructureEdit[], string[], string | null, string | null]>([
    [
      'an insert',
      (doc) => planInsert(doc, [cell('n'), cell('m')], id('a')),
      ['a:a1/a2', 'n:n', 'm:m', ...before.slice(1)],
      'a',
      'm',
    ],
    ['a deletion of two', () => remove('b', 'c'), ['a:a1/a2', 'd:d1/d2'], 'b', 'a'],
    ['a deletion of all', () => remove('a', 'b', 'c', 'd'), [], 'a', null],
    [
      'a move of two apart',
      (doc) => planMove(doc, [id('d'), id('a')], id('b')),
      ['b:b1/b2', 'a:a1/a2', 'd:d1/d2', 'c:c1/c2'],
      'a',
      'd',
    ],
    [
      'a split',
      (doc) => planSplit(doc, id('b'), 2, id('n')),
      ['a:a1/a2', 'b:b1', 'n:b2', 'c:c1/c2', 'd:d1/d2'],
      'b',
      'b',
    ],
    [
      'a split within a line',
      (doc) => planSplit(doc, id('b'), 4, id('n')),
      ['a:a1/a2', 'b:b1/b', 'n:2', 'c:c1/c2', 'd:d1/d2'],
      'b',
      'b',
    ],
    [
      'a split at the end',
      (doc) => planSplit(doc, id('b'), 5, id('n')),
      ['a:a1/a2', 'b:b1/b2', 'n:', 'c:c1/c2', 'd:d1/d2'],
      'b',
      'b',
    ],
    [
      'a merge of three',
      (doc) => planMerge(doc, [id('c'), id('b'), id('d')], '\n'),
      ['a:a1/a2', 'b:b1/b2/c1/c2/d1/d2'],
      'b',
      'b',
    ],
    [
      'a merge without a separator',
      (doc) => planMerge(doc, [id('a'), id('c')], ''),
      ['a:a1/a2c1/c2', 'b:b1/b2', 'd:d1/d2'],
      'a',
      'a',
    ],
  ])('is %s, and all of it', (_what, plan, after, undone, redone) => {
    history.apply(plan);
    expect(shown()).toEqual(after);
    expect(history.undo()).toBe(undone);
    expect(shown()).toEqual(before);
    expect(history.undo()).toBeNull();
    expect(history.redo()).toBe(redone);
    expect(shown()).toEqual(after);
    history.undo();
    expect(shown()).toEqual(before);
  });

  it('is one step for everything that was made together, in one transaction', () => {
    let updates = 0;
    mine.on('update', () => updates++);
    history.step(() => {
      history.apply((doc) => planInsert(doc, [cell('n')], null));
      history.apply((doc) => planMove(doc, [id('d')], id('n')));
      history.apply(() => remove('a'));
    });
    expect(shown()).toEqual(['n:n', 'd:d1/d2', 'b:b1/b2', 'c:c1/c2']);
    history.undo();
    expect(shown()).toEqual(before);
    expect(updates).toBe(2);
  });

  it('keeps the text object of the first part and takes attachments along', () => {
    const text = cellText(mine, id('a'));
    history.apply(() => [
      { type: 'SetAttachments', cellId: id('a'), from: {}, to: { 'x.png': {} } },
      { type: 'SetAttachments', cellId: id('b'), from: {}, to: { 'x.png': { not: 'it' }, 'y.png': {} } },
    ]);
    history.apply((doc) => planMerge(doc, [id('a'), id('b')], '\n'));
    expect(readDoc(mine).cells[0]?.attachments).toEqual({ 'x.png': {}, 'y.png': {} });
    history.undo();
    expect(readDoc(mine).cells.map(({ attachments }) => attachments)).toEqual([
      { 'x.png': {} },
      { 'x.png': { not: 'it' }, 'y.png': {} },
      undefined,
      undefined,
    ]);
    expect(cellText(mine, id('a'))).toBe(text);
  });
});

describe('what another person did meanwhile', () => {
  type Case = readonly [
    what: string,
    step: (doc: Y.Doc) => readonly StructureEdit[],
    other: () => void,
    after: string[],
    shown: string | null,
  ];
  const rest = ['c:c1/c2', 'd:d1/d2'];
  it.each<Case>([
    [
      'a cell inserted here in which they typed stays',
      (doc) => planInsert(doc, [cell('n')], id('b')),
      () => insert(theirs, 'n', 0, 'x'),
      ['a:a1/a2', 'b:b1/b2', 'n:xn', ...rest],
      'n',
    ],
    [
      'a cell inserted here that they moved stays',
      (doc) => planInsert(doc, [cell('n')], id('b')),
      () => moveCell(theirs, id('n'), null),
      ['n:n', 'a:a1/a2', 'b:b1/b2', ...rest],
      'n',
    ],
    [
      'a cell inserted here that they deleted stays deleted',
      (doc) => planInsert(doc, [cell('n')], id('b')),
      () => deleteCell(theirs, id('n')),
      before,
      null,
    ],
    [
      'a deleted cell comes back among what they moved',
      () => remove('b'),
      () => moveCell(theirs, id('a'), id('c')),
      ['b:b1/b2', 'c:c1/c2', 'a:a1/a2', 'd:d1/d2'],
      'b',
    ],
    [
      'a move of a cell that they deleted is nothing',
      (doc) => planMove(doc, [id('b')], id('d')),
      () => deleteCell(theirs, id('b')),
      ['a:a1/a2', ...rest],
      null,
    ],
    [
      'a cell that they moved after us stays where they put it',
      (doc) => planMove(doc, [id('b')], id('d')),
      () => moveCell(theirs, id('b'), null),
      ['b:b1/b2', 'a:a1/a2', ...rest],
      null,
    ],
    [
      'a move goes back past cells that they inserted',
      (doc) => planMove(doc, [id('b')], id('d')),
      () => insertCell(theirs, cell('n'), id('a')),
      ['a:a1/a2', 'b:b1/b2', 'n:n', ...rest],
      'b',
    ],
    [
      'both parts of a split keep what they typed',
      (doc) => planSplit(doc, id('b'), 2, id('n')),
      () => {
        insert(theirs, 'b', 2, 'x');
        insert(theirs, 'n', 2, 'y');
      },
      ['a:a1/a2', 'b:b1x/b2y', ...rest],
      'b',
    ],
    [
      'a split whose second part they deleted is not joined',
      (doc) => planSplit(doc, id('b'), 2, id('n')),
      () => deleteCell(theirs, id('n')),
      ['a:a1/a2', 'b:b1', ...rest],
      null,
    ],
    [
      'merged cells come apart with what they typed in each',
      (doc) => planMerge(doc, [id('b'), id('c')], '\n'),
      () => {
        insert(theirs, 'b', 5, 'x');
        insert(theirs, 'b', 12, 'y');
      },
      ['a:a1/a2', 'b:b1/b2x', 'c:c1/c2y', 'd:d1/d2'],
      'b',
    ],
    [
      'merged cells stay deleted when they deleted the one',
      (doc) => planMerge(doc, [id('b'), id('c')], '\n'),
      () => deleteCell(theirs, id('b')),
      ['a:a1/a2', 'd:d1/d2'],
      null,
    ],
  ])('%s', (_what, step, other, after, select) => {
    history.apply(step);
    sync();
    other();
    sync();
    expect(history.undo()).toBe(select);
    sync();
    expect(shown()).toEqual(after);
    expect(shown(theirs)).toEqual(after);
  });

  it('a type and keys of metadata that they changed since stay', () => {
    history.apply(() => [{ type: 'SetType', cellId: id('a'), cellType: 'raw', from: null }]);
    history.apply(() => [{ type: 'SetMetadata', cellId: id('b'), from: {}, to: { x: 1, y: 1 } }]);
    sync();
    setCellType(theirs, id('a'), 'markdown');
    const map = theirs.getMap('cells').get('b') as Y.Map<unknown>;
    map.set('metadata', { x: 2, y: 1, z: 3 });
    sync();
    expect(history.undo()).toBe('b');
    expect(history.undo()).toBeNull();
    expect(readDoc(mine).cells).toMatchObject([{ type: 'markdown' }, { metadata: { x: 2, z: 3 } }, {}, {}]);
  });
});

describe('whatever two people do', () => {
  const step = fc.tuple(fc.nat(12), fc.nat(20), fc.nat(20));
  const names = ['a', 'b', 'c', 'd'];

  function act([what, x, y]: readonly [number, number, number], fresh: () => CellId): void {
    const ids = orderedCellIds(mine);
    const pick = (n: number): CellId => ids[n % Math.max(1, ids.length)] ?? id('none');
    const after = y === 0 ? null : pick(y);
    if (what <= 1) history.apply((doc) => planInsert(doc, [cell(fresh()), cell(fresh())].slice(0, what + 1), after));
    else if (what === 2) history.apply(() => remove(pick(x)));
    else if (what === 3) history.apply(() => remove(pick(x), pick(y)));
    else if (what <= 5) history.apply((doc) => planMove(doc, [pick(x), pick(x + what)], after));
    else if (what <= 7)
      history.apply((doc) => planSplit(doc, pick(x), Math.min(y, cellText(doc, pick(x))?.length ?? 0), fresh()));
    else if (what <= 9)
      history.apply((doc) => planMerge(doc, [pick(x), pick(x + 1), pick(y)], ['', '\n', '\n\n'][y % 3] ?? ''));
    else
      history.apply(() => [
        { type: 'SetType', cellId: pick(x), cellType: y % 2 === 0 ? 'raw' : 'markdown', from: null },
      ]);
  }

  it('alone, undo gives back every state on the way and redo every one forward', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        begin(names);
        let made = 0;
        const states = [readDoc(mine)];
        for (const one of steps) {
          const undoable = JSON.stringify(states.at(-1));
          act(one, () => id(`n${made++}`));
          if (JSON.stringify(readDoc(mine)) !== undoable) states.push(readDoc(mine));
        }
        for (const state of states.slice(0, -1).toReversed()) {
          history.undo();
          expect(readDoc(mine)).toEqual(state);
        }
        expect(history.undo()).toBeNull();
        for (const state of states.slice(1)) {
          history.redo();
          expect(readDoc(mine)).toEqual(state);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('undo and redo take no character away that the other one typed', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(5), step), { maxLength: 50 }), (steps) => {
        begin(names);
        let made = 0;
        let typed = 0x4e00;
        const alive = (doc: Y.Doc): Set<string> =>
          new Set(readDoc(doc).cells.flatMap(({ source }) => source.match(/[\u4e00-\u9fff]/gu) ?? []));
        /** Deleted here, with the cell that they stood in: what is undone may be done again. */
        const gone = new Set<string>();
        const turn = (how: 'undo' | 'redo') => {
          sync();
          const kept = [...alive(mine)].filter((one) => how === 'undo' || !gone.has(one));
          history[how]();
          sync();
          expect(alive(mine)).toEqual(new Set([...alive(mine), ...kept]));
        };
        for (const [who, one] of steps) {
          const [what, x, y] = one;
          const ids = orderedCellIds(theirs);
          const target = ids[x % Math.max(1, ids.length)] ?? id('none');
          if (who === 0) sync();
          else if (who <= 2) {
            const had = alive(mine);
            act(one, () => id(`n${made++}`));
            const have = alive(mine);
            for (const character of had) if (!have.has(character)) gone.add(character);
          } else if (who === 3) turn(what % 3 === 0 ? 'redo' : 'undo');
          else if (what === 0) insertCell(theirs, cell(`t${made++}`, String.fromCharCode(typed++)), target);
          else if (what === 1) moveCell(theirs, target, ids[y % ids.length] ?? null);
          else if (what === 2) deleteCell(theirs, target);
          else insert(theirs, target, Math.min(y, cellText(theirs, target)?.length ?? 0), String.fromCharCode(typed++));
        }
        for (let n = 0; n < steps.length; n++) turn('undo');
        for (let n = 0; n < steps.length; n++) turn('redo');
        expect(readDoc(theirs)).toEqual(readDoc(mine));
        expect(orderedCellIds(mine)).toEqual(orderedCellIds(theirs));
      }),
      { numRuns: 300 },
    );
  });
});
