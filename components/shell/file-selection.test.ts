import { describe, expect, test } from 'vitest';
import { flatRows } from './file-rows.ts';
import { nothingSelected, outermost, rangeTo, toggled } from './file-selection.ts';

const rows = flatRows(['a', 'b', 'c', 'd'].map((name) => ({ name, path: name, kind: 'file' as const })));

describe('choosing several', () => {
  test('the active row comes along with the first other one', () => {
    const two = toggled(nothingSelected, 'c', 'a');
    expect([...two.paths]).toEqual(['a', 'c']);
    expect([...toggled(two, 'a', 'c').paths]).toEqual(['c']);
  });

  test.each([
    ['down', 'b', 'd', ['b', 'c', 'd']],
    ['up', 'd', 'b', ['b', 'c', 'd']],
    ['none', 'c', 'c', ['c']],
    ['from a row that is gone', 'gone', 'b', ['a', 'b']],
  ])('a range %s', (_, anchor, to, expected) => {
    const range = rangeTo({ paths: new Set(), anchor }, to, rows, null);
    expect([...range.paths]).toEqual(expected);
    expect(range.anchor).toBe(anchor);
  });
});

test.each([
  [
    ['a/b', 'a', 'c'],
    ['a', 'c'],
  ],
  [
    ['a b', 'a', 'a/b'],
    ['a', 'a b'],
  ],
  [
    ['ab', 'a/x'],
    ['a/x', 'ab'],
  ],
  [[], []],
])('outermost of %j', (paths, expected) => expect(outermost(paths)).toEqual(expected));
