import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codePointsAt, unitsAt } from './code-points.ts';

describe('offsets', () => {
  it.each<[what: string, text: string, units: number, points: number]>([
    ['the empty text', '', 0, 0],
    ['plain text', 'os.pa', 5, 5],
    ['before an emoji', 'a😀b', 1, 1],
    ['behind an emoji', 'a😀b', 3, 2],
    ['the end behind an emoji', 'a😀b', 4, 3],
    ['a family joined from four', '👨‍👩‍👧‍👦.', 11, 7],
    ['a letter with a combining mark', 'e\u0301.', 3, 3],
    ['a lone high surrogate', '\ud83dab', 2, 2],
    ['a lone low surrogate', 'a\ude00b', 2, 2],
    ['two lone surrogates in the wrong order', '\ude00\ud83d.', 3, 3],
    ['a lone high surrogate before a pair', '\ud83d😀.', 3, 2],
    ['a line end of two units', 'a\r\nb', 3, 3],
  ])('%s', (_what, text, units, points) => {
    expect(codePointsAt(text, units)).toBe(points);
    expect(unitsAt(text, points)).toBe(units);
  });

  it.each<[text: string, units: number, points: number]>([
    ['😀', 1, 0],
    ['a😀', 2, 1],
    ['ab', 9, 2],
    ['ab', -1, 0],
  ])('of %j, an offset of %i within a pair or outside of the text is moved', (text, units, points) => {
    expect(codePointsAt(text, units)).toBe(points);
  });

  it('moves a place behind the end to the end', () => {
    expect(unitsAt('a😀', 9)).toBe(3);
    expect(unitsAt('a😀', -1)).toBe(0);
  });

  it('agrees with the language about any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(), (text, seed) => {
        const points = Array.from(text);
        const at = seed % (points.length + 1);
        const units = points.slice(0, at).join('').length;
        expect(codePointsAt(text, units)).toBe(at);
        expect(unitsAt(text, at)).toBe(units);
      }),
      { numRuns: 50 },
    );
  });
});
