import { expect, it } from 'vitest';
import { diffByLine, type DiffLine } from './line-diff.ts';

const signs = { same: ' ', removed: '-', added: '+' } as const;
/** `-x = [1]`: what changed in brackets. */
const write = (lines: readonly DiffLine[]) =>
  lines.map((line) =>
    line.kind === 'skipped'
      ? `… ${line.count}`
      : signs[line.kind] + line.parts.map(({ text, changed }) => (changed ? `[${text}]` : text)).join(''),
  );

const cases: [string, string, string, string[]][] = [
  ['the same', 'a\nb', 'a\nb', []],
  ['a word', 'x = 1\ny = 2', 'x = 3\ny = 2', ['-x = [1]', '+x = [3]', ' y = 2']],
  ['a line more', 'a\nb', 'a\nnew\nb', [' a', '+new', ' b']],
  ['a line less', 'a\ngone\nb', 'a\nb', [' a', '-gone', ' b']],
  ['a line at the end', 'a', 'a\nb', [' a', '+b']],
  ['a last line end', 'a', 'a\n', [' a', '+']],
  ['nothing in common', 'foo', 'bar', ['-foo', '+bar']],
  ['everything', '', 'a\nb', ['-', '+a', '+b']],
  ['line ends of another system stay apart', 'a\r\nb', 'a\nb', ['-a[\r]', '+a', ' b']],
  [
    'alike lines are left out',
    `${Array.from({ length: 20 }, (_, at) => `l${at}`).join('\n')}\nx = 1`,
    `${Array.from({ length: 20 }, (_, at) => `l${at}`).join('\n')}\nx = 2`,
    ['… 17', ' l17', ' l18', ' l19', '-x = [1]', '+x = [2]'],
  ],
];
it.each(cases)('%s', (_what, before, after, expected) => {
  expect(write(diffByLine(before, after))).toEqual(expected);
});

it('two long texts without a common line are told whole, and soon', () => {
  const text = (name: string) => Array.from({ length: 3_000 }, (_, at) => `${name} ${at}`).join('\n');
  expect(diffByLine(text('a'), text('b'))).toHaveLength(6_000);
});
