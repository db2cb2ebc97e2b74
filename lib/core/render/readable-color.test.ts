import fc from 'fast-check';
import { expect, test } from 'vitest';
import { darkestLightGround, lightestDarkGround, luminanceOf, readableInk, type Rgb } from './readable-color.ts';

const channel = fc.integer({ min: 0, max: 255 });
const color: fc.Arbitrary<Rgb> = fc.tuple(channel, channel, channel);

test('every colour reads on every ground of either theme', () => {
  fc.assert(
    fc.property(color, (ink) => {
      const onLight = luminanceOf(readableInk(ink, 'light'));
      const onDark = luminanceOf(readableInk(ink, 'dark'));
      expect((darkestLightGround + 0.05) / (onLight + 0.05)).toBeGreaterThanOrEqual(4.5);
      expect((onDark + 0.05) / (lightestDarkGround + 0.05)).toBeGreaterThanOrEqual(4.5);
    }),
  );
});

test.each([
  ['black on light', [0, 0, 0], 'light'],
  ['white on dark', [255, 255, 255], 'dark'],
] as const)('%s stays as it is', (_name, ink, theme) => {
  expect(readableInk(ink, theme)).toEqual(ink);
});

test('keeps the hue', () => {
  const [red, green, blue] = readableInk([0, 135, 0], 'dark');
  expect(green).toBeGreaterThan(red);
  expect(red).toBe(blue);
});
