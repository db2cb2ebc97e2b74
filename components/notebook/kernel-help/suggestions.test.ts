import { describe, expect, it } from 'vitest';
import { sharedRest, suggestionsOf } from './suggestions.ts';

const matches = (...texts: readonly string[]) => texts.map((text) => ({ text }));

describe('what all matches share', () => {
  it.each<[begun: string, texts: readonly string[], rest: string]>([
    ['pa', [], ''],
    ['pa', ['path', 'pardir'], ''],
    ['get', ['getcwd', 'getcwdb'], 'cwd'],
    ['', ['os.path', 'os.pardir'], 'os.pa'],
    ['PA', ['path'], ''],
    ['getcwd', ['getcwd', 'getcwdb'], ''],
    ['getcwdbx', ['getcwd', 'getcwdb'], ''],
    ['"a', ['"ab"]', '"ab"]'], 'b'],
    ['x', ['x(1', 'x(2'], ''],
    ['a', ['a😀', 'a😁'], ''],
  ])('behind %j of %j is %j', (begun, texts, rest) => {
    expect(sharedRest(matches(...texts), begun)).toBe(rest);
  });
});

it('keeps the order of the kernel and lets nothing be filtered out that it meant', () => {
  const rows = suggestionsOf([{ text: 'Path', type: 'class' }, { text: 'α' }, { text: 'pardir' }], 'pa');
  expect(rows.map(({ filter }) => filter)).toEqual(['Path', 'paα', 'pardir']);
  expect(rows.toSorted((one, other) => (one.order < other.order ? -1 : 1))).toEqual(rows);
  expect(rows[0]).toMatchObject({ text: 'Path', type: 'class' });
});
