import { expect, test } from 'vitest';
import { rankActions } from './rank-actions.ts';

const of = (category: string, title: string) => ({ category, title });
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
test('a word that is nowhere matches nothing', () => expect(titles('run elephants')).toEqual([]));
