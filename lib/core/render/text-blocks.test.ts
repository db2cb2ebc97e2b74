import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { appendStreamText } from './stream-text.ts';
import { blockLines, blockText, cutLongLines, growBlocks, isTallerThan, type TextBlocks } from './text-blocks.ts';

const all = (blocks: TextBlocks) => blocks.starts.map((_, index) => blockText(blocks, index));

describe('growBlocks', () => {
  it.each([
    ['', 1],
    ['x', 1],
    ['x\n'.repeat(blockLines), 1],
    ['x\n'.repeat(blockLines) + 'y', 2],
    ['x\n'.repeat(blockLines * 3 + 1), 4],
  ])('%#', (text, count) => {
    const blocks = growBlocks(null, text);
    expect(blocks.starts).toHaveLength(count);
    expect(all(blocks).join('')).toBe(text);
  });

  it('grown or made anew, the blocks of a stream are the same', () => {
    const piece = fc.tuple(fc.constantFrom('a\n', 'long line\n', '\rb', '\x1b[31mred\n', 'c'), fc.nat(450));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        let text = '';
        let blocks: TextBlocks | null = null;
        for (const [unit, count] of pieces) {
          text = appendStreamText(text, unit.repeat(count));
          blocks = growBlocks(blocks, text);
          expect(blocks.starts).toEqual(growBlocks(null, text).starts);
          expect(all(blocks).join('')).toBe(text);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('begins anew when the text is another one', () => {
    const before = growBlocks(null, 'x\n'.repeat(1_000));
    expect(growBlocks(before, 'y\n'.repeat(1_000)).starts).toEqual(growBlocks(null, 'y\n'.repeat(1_000)).starts);
    expect(growBlocks(before, 'y')).toEqual({ text: 'y', starts: [0] });
  });
});

describe('cutLongLines', () => {
  it('leaves ordinary text alone', () => {
    const text = `${'word '.repeat(100)}\n`.repeat(100);
    expect(cutLongLines(text)).toBe(text);
  });

  it('cuts a line of a million characters, and says so', () => {
    const cut = cutLongLines(`short\n${'x'.repeat(1_000_000)}\nend\n`);
    expect(cut.length).toBeLessThan(9_000);
    expect(cut).toMatch(/^short\nx+ … 992,000 characters left out … x+\nend\n$/);
    expect(cutLongLines('x'.repeat(100_000), { line: 200_000, block: 400_000 })).toHaveLength(100_000);
  });

  it('is bounded, however many long lines a block has', () => {
    expect(cutLongLines(`${'x'.repeat(50_000)}\n`.repeat(blockLines)).length).toBeLessThan(120_000);
  });

  it('never leaves half of a character, or of a colour', () => {
    const cut = cutLongLines(`\x1b[31m${'\u{1F600}'.repeat(9_001)}`);
    expect(cut.isWellFormed()).toBe(true);
    expect(cut).not.toContain('[31m');
  });
});

it.each([
  ['x\n'.repeat(40), false],
  ['x\n'.repeat(41), true],
  ['x'.repeat(40 * 120), false],
  ['x'.repeat(40 * 120 + 1), true],
])('isTallerThan 40: %#', (text, taller) => {
  expect(isTallerThan(text, 40)).toBe(taller);
});
