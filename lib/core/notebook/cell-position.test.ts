import { describe, expect, it } from 'vitest';
import { positionsAt } from './cell-position.ts';

const listed = (positions: readonly string[]) => ({
  length: positions.length,
  at: (index: number) => positions[index],
});

describe('positionsAt', () => {
  it.each<[string, string[], number, number[]]>([
    ['an empty list', [], 0, []],
    ['the beginning', ['a0', 'a1'], 0, []],
    ['the end', ['a0', 'a1'], 2, []],
    ['a gap', ['a0', 'a1'], 1, []],
    ['equals: only those above it move', ['a0', 'a1', 'a1', 'a1', 'a2'], 2, [2, 3]],
    ['the last of equals', ['a0', 'a1', 'a1', 'a2'], 3, []],
    ['equals at the end', ['a0', 'a0'], 1, [1]],
    ['a list with a position that is none: all move', ['!!', 'a0', '~'], 1, [0, 1, 2]],
  ])('finds room in %s', (_what, positions, place, moved) => {
    const room = positionsAt(listed(positions), place);
    expect([...room.moved.keys()].sort((a, b) => a - b)).toEqual(moved);
    const next = positions.map((position, index) => room.moved.get(index) ?? position);
    next.splice(place, 0, ...room.positions);
    const around = next.slice(Math.max(0, place - 1), place + 1 + Math.max(1, moved.length));
    expect([...new Set(around)].toSorted()).toEqual(around);
  });
});
