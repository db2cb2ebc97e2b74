import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const colors = read('./output.css');
const tokens = read('../ui/tokens.css');

/** Custom properties with a hex value in the rule of a theme. */
function variables(css: string, theme: 'light' | 'dark'): Map<string, string> {
  const blocks = css.split('}').filter((block) => block.includes(':root'));
  const found = blocks.filter((block) => /data-theme=.?dark/.test(block) === (theme === 'dark'));
  return new Map([...found.join('').matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/gi)].map((match) => [match[1]!, match[2]!]));
}

function luminance(hex: string): number {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (high! + 0.05) / (low! + 0.05);
}

describe.each(['light', 'dark'] as const)('ANSI inks on the %s theme', (theme) => {
  const inks = [...variables(colors, theme)].filter(([name]) => name.startsWith('ansi-'));
  const grounds = [...variables(tokens, theme)].filter(([name]) => /^(surface-[012]|amber-soft|red-soft)$/.test(name));

  test('there are sixteen inks and five grounds', () => {
    expect([inks.length, grounds.length]).toEqual([16, 5]);
  });

  test.each(inks)('%s reads on every ground', (_name, ink) => {
    for (const [ground, value] of grounds) expect(contrast(ink, value), ground).toBeGreaterThanOrEqual(4.5);
  });
});
