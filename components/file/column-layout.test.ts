import { expect, test } from 'vitest';
import { columnsIn, layColumns } from './column-layout.ts';

test('columns are as wide as their longest value, within limits', () => {
  const { edges } = layColumns(
    ['id', 'a name that is rather long'],
    [
      ['1', 'x'],
      ['2', 'y'.repeat(500), 'extra'],
    ],
  );
  const widths = edges.slice(1).map((edge, index) => edge - (edges[index] ?? 0));
  expect(widths[0]).toBe(56);
  expect(widths[1]).toBe(360);
  expect(widths).toHaveLength(3);
});

test.each([
  [0, 100, [0, 1]],
  [0, 101, [0, 2]],
  [150, 100, [1, 3]],
  [10_000, 100, [2, 3]],
] as const)('at %i, %i wide', (left, width, expected) => {
  expect(columnsIn({ edges: [0, 100, 200, 300] }, left, width)).toEqual(expected);
});

test('a table without columns', () => {
  expect(columnsIn(layColumns([], []), 0, 100)).toEqual([0, 0]);
});
