import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellId, type CellId } from '#lib/core/ids.ts';
import { HeightIndex } from './height-index.ts';

const id = (name: string | number): CellId => cellId(String(name));

describe('HeightIndex', () => {
  const open = (heights: readonly number[]) => {
    const index = new HeightIndex((cell) => heights[Number(cell)] ?? 0);
    index.setOrder(heights.map((_, place) => id(place)));
    return index;
  };

  it.each([
    [-5, 0],
    [0, 0],
    [9, 0],
    [10, 1],
    [29, 1],
    [30, 2],
    [59, 2],
    [60, 2],
    [1000, 2],
  ])('finds the cell at %i', (offset, place) => {
    expect(open([10, 20, 30]).placeAt(offset)).toBe(place);
  });

  it('is empty without cells', () => {
    const index = open([]);
    expect([index.total, index.placeAt(5), index.offsetOf(3), index.set(id(1), 5, true)]).toEqual([0, 0, 0, false]);
  });

  it('remembers a measured height through a change of order', () => {
    const index = open([10, 20, 30]);
    index.set(id(1), 200, true);
    index.setOrder([id(2), id(1)]);
    expect([index.offsetOf(1), index.total, index.heightOf(1)]).toEqual([30, 230, 200]);
  });

  it('estimates again what was never measured', () => {
    let high = 10;
    const index = new HeightIndex(() => high);
    index.setOrder([id(1), id(2)]);
    index.set(id(1), 44, true);
    high = 70;
    index.estimateAgain();
    expect([index.heightOf(0), index.heightOf(1), index.total]).toEqual([44, 70, 114]);
  });

  it('stays below the height that browsers can lay out, except for what is in sight', () => {
    const index = new HeightIndex(() => 900);
    index.setOrder(Array.from({ length: 100_000 }, (_, place) => id(place)));
    expect(index.total).toBeLessThan(15_000_000);
    index.set(id(5), 4_000, true);
    expect(index.heightOf(5)).toBe(4_000);
    index.leave(id(5));
    expect(index.heightOf(5)).toBeLessThan(200);
  });

  it('agrees with adding up', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 1, maxLength: 80 }),
        fc.array(fc.tuple(fc.nat(79), fc.integer({ min: 0, max: 900 })), { maxLength: 40 }),
        fc.integer({ min: 0, max: 90_000 }),
        (heights, changes, offset) => {
          const index = open(heights);
          const plain = [...heights];
          for (const [place, height] of changes) {
            if (place >= plain.length) continue;
            plain[place] = height;
            index.set(id(place), height, true);
          }
          const begin = (place: number) => plain.slice(0, place).reduce((sum, height) => sum + height, 0);
          expect(plain.map((_, place) => index.offsetOf(place))).toEqual(plain.map((_, place) => begin(place)));
          expect(index.total).toBe(begin(plain.length));
          const found = index.placeAt(offset);
          expect(begin(found)).toBeLessThanOrEqual(offset);
          if (found < plain.length - 1) expect(begin(found + 1)).toBeGreaterThan(offset);
        },
      ),
    );
  });
});
