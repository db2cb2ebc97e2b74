import { expect, it } from 'vitest';
import { boundSource } from './bound-source.ts';

it.each([['a = 1'], [''], ['x\n'.repeat(1_999)], ['\tif (a < b) { <b> }']])('leaves %j as it is', (source) => {
  expect(boundSource(source)).toEqual({ text: source, cut: null });
});

it('shows characters that nobody would see', () => {
  expect(boundSource('a\u202eb\u200bc').text).toBe('a‹U+202E›b‹U+200B›c');
});

it.each([
  ['a cell of 10 MB', 'x = 1\n'.repeat(1_750_000)],
  ['a line of a million characters', 'y'.repeat(1_000_000)],
  ['a hundred thousand lines', '\n'.repeat(100_000)],
  ['pairs of surrogates at the cut', `${'a'.repeat(199_999)}😀`],
])('%s is bounded, and says so', (_, source) => {
  const { text, cut } = boundSource(source);
  expect(text.length).toBeLessThan(201_000);
  expect(text.split('\n').length).toBeLessThanOrEqual(2_000);
  expect(cut).toContain(source.length.toLocaleString('en'));
  expect(text).not.toMatch(/[\ud800-\udbff]$/);
});
