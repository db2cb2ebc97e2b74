import { expect, it } from 'vitest';
import { parseRange } from './byte-range.ts';

it.each([
  [undefined, 10, null],
  ['', 10, null],
  ['bytes=-', 10, null],
  ['lines=0-1', 10, null],
  ['bytes=0-1,4-5', 10, null],
  ['bytes=5-2', 10, null],
  ['bytes=0x0-1', 10, null],
  ['bytes=0-0', 10, { from: 0, to: 0 }],
  ['bytes=0-3', 10, { from: 0, to: 3 }],
  ['bytes=4-', 10, { from: 4, to: 9 }],
  ['bytes=4-400', 10, { from: 4, to: 9 }],
  ['bytes=-3', 10, { from: 7, to: 9 }],
  ['bytes=-30', 10, { from: 0, to: 9 }],
  ['bytes=-0', 10, 'unsatisfiable'],
  ['bytes=10-', 10, 'unsatisfiable'],
  ['bytes=0-', 0, 'unsatisfiable'],
  ['bytes=-5', 0, 'unsatisfiable'],
])('%s of %i bytes', (header, size, expected) => expect(parseRange(header, size)).toEqual(expected));
