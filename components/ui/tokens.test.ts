import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const css = readFileSync(new URL('tokens.css', import.meta.url), 'utf8');
const [light = '', dark = ''] = css.split("[data-theme='dark']");
const inks = ['--ink-1', '--ink-2', '--ink-3', '--accent', '--red', '--green', '--amber', '--violet', '--grey'];
const surfaces = ['--surface-0', '--surface-1', '--surface-2'];

describe.each([
  ['light', light],
  ['dark', dark],
])('%s', (_, block) => {
  test.each(inks.flatMap((ink) => surfaces.map((surface) => [ink, surface] as const)))('%s on %s', (ink, surface) => {
    expect(contrast(colour(block, ink), colour(block, surface))).toBeGreaterThanOrEqual(4.5);
  });

  test.each([
    ['--accent-ink', '--accent'],
    ['--ink-1', '--accent-soft'],
    ['--ink-2', '--accent-soft'],
    ['--ink-2', '--red-soft'],
    ['--ink-2', '--amber-soft'],
    ['--ink-2', '--green-soft'],
    ['--ink-1', '--surface-3'],
  ])('%s on %s', (ink, surface) => {
    expect(contrast(colour(block, ink), colour(block, surface))).toBeGreaterThanOrEqual(4.5);
  });
});

function colour(block: string, name: string): string {
  const found = new RegExp(`${name}: (#[0-9a-f]{6});`).exec(block)?.[1];
  if (found === undefined) throw new Error(`${name} is not a plain colour`);
  return found;
}

/** WCAG 2 contrast ratio of two `#rrggbb`. */
function contrast(one: string, other: string): number {
  const [bright = 0, dim = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (bright + 0.05) / (dim + 0.05);
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
