import { expect, it } from 'vitest';
import { codeAround } from './code-around.ts';

const line = `${'x'.repeat(99)}\n`;
const long = line.repeat(10_000);

it.each<[what: string, text: string, cursor: number]>([
  ['the empty text', '', 0],
  ['a short text', 'import os\nos.pa', 15],
  ['the beginning of a long text', long, 5],
  ['the middle of a long text', long, 500_050],
  ['the end of a long text', long, long.length],
  ['a long text without lines', 'y'.repeat(1_000_000), 700_000],
])('%s: the cursor stays at the same place of a bounded part', (_what, text, cursor) => {
  const { code, cursor: at, from } = codeAround(text, cursor);
  expect(code.length).toBeLessThanOrEqual(220_000);
  expect(text.slice(from, from + code.length)).toBe(code);
  expect(from + at).toBe(cursor);
});

it('a long text is cut at the beginning of a line', () => {
  expect(codeAround(long, 500_050).from % 100).toBe(0);
});
