import { describe, expect, it, test } from 'vitest';
import { agoWords, distanceWords, span } from './measure-words.ts';

test.each([
  [0, 'just now'],
  [59_000, '59 s ago'],
  [60_000, '1 min ago'],
  [3_599_000, '59 min ago'],
  [47 * 3_600_000, '47 h ago'],
  [49 * 3_600_000, '2 days ago'],
  [-5_000, 'just now'],
])('%s ms ago', (ms, words) => expect(agoWords(1_000_000_000 - ms, 1_000_000_000)).toBe(words));

test('distance', () => {
  expect(distanceWords(true, 0.3)).toBe('near · 1 ms');
  expect(distanceWords(false, 22.6)).toBe('far · 23 ms');
  expect(distanceWords(false, null)).toBe('far');
});

describe('span', () => {
  it.each([
    [0, '0 ms'],
    [340, '340 ms'],
    [4_230, '4.2 s'],
    [12_900, '12 s'],
    [59_990, '59 s'],
    [185_000, '3 min 05 s'],
    [7_800_000, '2 h 10 min'],
  ])('%d ms is %s', (ms, words) => {
    expect(span(ms)).toBe(words);
  });
});
