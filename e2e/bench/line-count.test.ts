import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineCount } from './line-count.ts';

const lost = (text: string, expected: number, cuts: readonly number[] = []) => {
  const bytes = Buffer.from(text);
  const count = new LineCount();
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b);
  for (let at = 1; at < places.length; at++) count.take(bytes.subarray(places[at - 1], places[at]));
  return count.lost(expected);
};

test.each([
  ['all there', '0\n1\n2\n', 3, 0],
  ['with more on the line', '0 x9\n1 y\n2 7\n', 3, 0],
  ['one missing in the middle', '0\n2\n', 3, 1],
  ['the first missing', '1\n2\n', 3, 1],
  ['the last missing', '0\n1\n', 3, 1],
  ['the last one not ended', '0\n1\n2', 3, 1],
  ['one doubled', '0\n1\n1\n2\n', 3, 1],
  ['two in the wrong order: one missing, one too late', '1\n0\n2\n', 3, 2],
  ['more than expected', '0\n1\n2\n3\n', 3, 1],
  ['a foreign line', '0\nlimit reached\n2\n', 3, 1],
  ['nothing', '', 3, 3],
])('%s', (_, text, expected, count) => {
  expect(lost(text, expected)).toBe(count);
});

test('the text may be cut anywhere', () => {
  const missing = new Set([3, 17, 18]);
  const numbers = Array.from({ length: 30 }, (_, index) => index).filter((number) => !missing.has(number));
  const text = numbers.map((number) => `${number} and more\n`).join('');
  fc.assert(
    fc.property(fc.array(fc.nat()), (cuts) => {
      expect(lost(text, 30, cuts)).toBe(missing.size);
    }),
  );
});
