import { describe, expect, it } from 'vitest';
import { splitLines } from './render-cell.ts';

describe('splitLines', () => {
  it.each([
    ['', []],
    ['a', ['a']],
    ['a\n', ['a\n']],
    ['a\r\nb\rc\n\nd', ['a\r\n', 'b\r', 'c\n', '\n', 'd']],
    ['a\u2028b\x0bc\x85d\x1ce', ['a\u2028', 'b\x0b', 'c\x85', 'd\x1c', 'e']],
    ['\r\n\r', ['\r\n', '\r']],
  ])('splits %j as Python does', (text, lines) => {
    expect(splitLines(text)).toEqual(lines);
  });
});
