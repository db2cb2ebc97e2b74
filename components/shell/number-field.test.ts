import { expect, it } from 'vitest';
import { readWholeNumber } from './number-field.ts';

const wrong = 'A whole number of days, from 1 to 3,650.';
it.each([
  ['', null],
  ['  ', null],
  ['90', 90],
  [' 3650 ', 3_650],
  ['3651', wrong],
  ['0', wrong],
  ['-1', wrong],
  ['1.5', wrong],
  ['1e3', wrong],
  ['many', wrong],
])('“%s” is %s', (text, value) => {
  expect(readWholeNumber(text, { most: 3_650, noun: 'days' })).toBe(value);
});
