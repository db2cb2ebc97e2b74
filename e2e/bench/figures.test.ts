import fc from 'fast-check';
import { expect, test } from 'vitest';
import { figuresOf, format, percentile } from './figures.ts';

test.each([
  [[5], 0.5, 5],
  [[3, 1, 2], 0.5, 2],
  [[4, 1, 3, 2], 0.5, 2],
  [[4, 1, 3, 2], 1, 4],
  [[4, 1, 3, 2], 0, 1],
  [Array.from({ length: 100 }, (_, index) => index + 1), 0.95, 95],
])('the nearest rank of %j at %d is %d', (samples, share, expected) => {
  expect(percentile(samples, share)).toBe(expected);
});

test('nothing measured is not zero', () => {
  expect(percentile([], 0.5)).toBeNaN();
  expect(format(percentile([], 0.5))).toBe('–');
});

test('a percentile is one of the samples, and a higher share is not a smaller one', () => {
  const samples = fc.array(fc.double({ noNaN: true }), { minLength: 1 });
  fc.assert(
    fc.property(samples, (given) => {
      const { p50 = Number.NaN, p95 = Number.NaN, max = Number.NaN } = figuresOf(given);
      expect(given).toContain(p50);
      expect(p50).toBeLessThanOrEqual(p95);
      expect(p95).toBeLessThanOrEqual(max);
    }),
  );
});

test.each([
  [0, '0'],
  [0.012, '0.01'],
  [0.46, '0.5'],
  [-0.2, '-0.2'],
  [9.94, '9.9'],
  [12.4, '12'],
  [11_100.2, '11,100'],
  [Number.POSITIVE_INFINITY, 'not reached'],
])('%d reads %s', (value, text) => {
  expect(format(value)).toBe(text);
});
