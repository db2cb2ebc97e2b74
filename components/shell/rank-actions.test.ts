import { expect, test } from 'vitest';
import { inOrder, rankActions } from './rank-actions.ts';

const of = (category: string, title: string, enabled = true) => ({ category, title, isEnabled: () => enabled });
const all = [
  of('Notebook', 'Run all cells'),
  of('Notebook', 'Run cell'),
  of('Kernel', 'Restart kernel and run all cells'),
  of('Files', 'New notebook'),
  of('View', 'Switch to the dark theme'),
];
const titles = (typed: string) => rankActions(all, typed).map((entry) => entry.title);

test('nothing typed shows everything in its order', () => expect(titles('  ')).toEqual(all.map(({ title }) => title)));
test('the very title comes first even when others contain it', () => {
  expect(titles('run all cells')).toEqual(['Run all cells', 'Restart kernel and run all cells']);
});
test('case and order of words do not matter', () => expect(titles('THEME dark')).toEqual(['Switch to the dark theme']));
test('the category counts', () => expect(titles('kernel restart')).toEqual(['Restart kernel and run all cells']));
test('what cannot be run comes last, unless it was named in full', () => {
  const files = [of('Files', 'Move to the trash', false), of('Files', 'Show the trash')];
  const found = (typed: string) => rankActions(files, typed).map(({ title }) => title);
  expect(found('')).toEqual(['Show the trash', 'Move to the trash']);
  expect(found('trash')).toEqual(['Show the trash', 'Move to the trash']);
  expect(found('the trash')).toEqual(['Show the trash', 'Move to the trash']);
  expect(found('move to the trash')).toEqual(['Move to the trash']);
});
test('a word that is nowhere matches nothing', () => expect(titles('run elephants')).toEqual([]));

test('what was used last comes first, then what belongs to the document', () => {
  const entries = [
    { id: 'view.home', scope: 'global' },
    { id: 'run.all', scope: 'notebook' },
    { id: 'view.theme', scope: 'global' },
    { id: 'run.cell', scope: 'notebook' },
  ] as const;
  expect(inOrder(entries, ['view.theme', 'gone']).map(({ id }) => id)).toEqual([
    'view.theme',
    'run.all',
    'run.cell',
    'view.home',
  ]);
});
