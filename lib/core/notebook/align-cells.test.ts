import { describe, expect, it } from 'vitest';
import { alignCells } from './align-cells.ts';

describe('alignCells', () => {
  it.each([
    ['a b c', 'a b c', '0-0 1-1 2-2'],
    ['a b c', 'x a b c', '0-1 1-2 2-3'],
    ['a b c', 'a c', '0-0 2-1'],
    ['same same x', 'same x', '0-0 2-1'],
    ['a print(1) c', 'a print(12) c', '0-0 1-1 2-2'],
    ['a c', 'a totally_other c', '0-0 1-2'],
  ])('pairs %j with %j', (from, to, expected) => {
    const cells = (text: string) => text.split(' ').map((source) => ({ type: 'code' as const, source }));
    expect(
      alignCells(cells(from), cells(to))
        .map((pair) => pair.join('-'))
        .join(' '),
    ).toBe(expected);
  });

  it('pairs a quarter of a million cells', () => {
    const cells = Array.from({ length: 250_000 }, () => ({ type: 'code' as const, source: '' }));
    expect(alignCells(cells, cells.slice(1))).toHaveLength(249_999);
  });
});
