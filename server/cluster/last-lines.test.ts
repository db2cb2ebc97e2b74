import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { lastLines } from './last-lines.ts';

const logOf = (text: string) => {
  const bytes = Buffer.from(text);
  return { size: bytes.length, read: (from: number, to: number) => Readable.from([bytes.subarray(from, to + 1)]) };
};
const numbers = (count: number): string => Array.from({ length: count }, (_, at) => `line ${at + 1}\n`).join('');

it.each<[string, string, { lines: number; search: string }, string[], boolean]>([
  ['all of a short one', 'a\nb\n', { lines: 5, search: '' }, ['a', 'b'], true],
  ['as many as there are', 'a\nb\n', { lines: 2, search: '' }, ['a', 'b'], true],
  ['the last ones of a long one', numbers(1_000), { lines: 2, search: '' }, ['line 999', 'line 1000'], false],
  ['the last ones with words in them', numbers(100), { lines: 2, search: 'LINE 1' }, ['line 19', 'line 100'], false],
  ['all with words in them', numbers(100), { lines: 2, search: '00' }, ['line 100'], true],
  ['none with words in them', 'a\n', { lines: 2, search: 'b' }, [], true],
  ['an empty one', '', { lines: 2, search: '' }, [], true],
  ['no end of the last line', 'a\nb', { lines: 1, search: '' }, ['b'], false],
])('%s', async (_, text, wanted, lines, complete) => {
  expect(await lastLines(logOf(text), wanted)).toEqual({ lines, complete });
});

it('of a very large one the beginning of a line that is cut is no line; long lines are cut', async () => {
  const text = `first\n${'x'.repeat(9 * 1024 * 1024)}\n${'y'.repeat(5_000)}\nlast\n`;
  const { lines, complete } = await lastLines(logOf(text), { lines: 10, search: '' });
  expect([lines.map((line) => line.length), lines.at(-1), complete]).toEqual([[4_001, 4], 'last', false]);
  expect(await lastLines(logOf(text), { lines: 10, search: 'FIRST' })).toEqual({ lines: ['first'], complete: true });
});
