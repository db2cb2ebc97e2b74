import { expect, it } from 'vitest';
import { ageWords, coresWords, memoryWords, ratesWords } from './resource-words.ts';

it('says each figure with its unit, and what is not told as such', () => {
  expect([coresWords(1.42, 8), coresWords(31.6, null), coresWords(null, 8)]).toEqual([
    '1.4 of 8 cores',
    '32 cores',
    'not told',
  ]);
  expect([memoryWords(340e6, 2e9), memoryWords(340e6, null), memoryWords(null, 2e9)]).toEqual([
    '340 MB of 2.0 GB',
    '340 MB',
    'not told',
  ]);
  expect(ratesWords({ read: 1e6, write: 0 })).toBe('↓ 1.0 MB/s ↑ 0 B/s');
});

it('says how old a figure is', () => {
  expect([0, 59_000, 60_000, 3_600_000].map((ms) => ageWords(0, ms))).toEqual([
    '0 s old',
    '59 s old',
    '1 min old',
    '1 h old',
  ]);
});
