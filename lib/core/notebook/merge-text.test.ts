import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeText } from './merge-text.ts';

describe('mergeText', () => {
  it.each([
    ['a\nb\nc', 'A\nb\nc', 'a\nb\nC', 'A\nb\nC', false],
    ['a', 'a\nb', 'x\na', 'x\na\nb', false],
    ['a\nb', 'a\n1\nb', 'a\n2\nb', 'a\n1\n2\nb', true],
    ['a\nb', 'a\nB1', 'a\nB2', 'a\nB1\nB2', true],
    ['a\nb\nc', 'a\nc', 'a\nb\nc\nd', 'a\nc\nd', false],
    ['', 'x', 'y', 'x\ny', true],
  ])('merges %j, %j and %j', (base, ours, theirs, text, collided) => {
    expect(mergeText(base, ours, theirs)).toEqual({ text, collided });
  });

  it('keeps every line that either side wrote', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 8 });
    fc.assert(
      fc.property(text, text, text, (base, left, right) => {
        const ours = left.map((line, index) => (index % 3 === 1 ? `ours ${index}` : line));
        const theirs = right.map((line, index) => (index % 3 === 2 ? `theirs ${index}` : line));
        const result = mergeText(base.join('\n'), ours.join('\n'), theirs.join('\n')).text.split('\n');
        for (const line of [...ours, ...theirs]) if (/ /.test(line)) expect(result).toContain(line);
        expect(mergeText(base.join('\n'), ours.join('\n'), base.join('\n')).text).toBe(ours.join('\n'));
      }),
      { numRuns: 300, verbose: 1 },
    );
  });

  const lines = (count: number, line: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => line(index)).join('\n');

  it('merges a quarter of a million lines', () => {
    const text = (ours: string, theirs: string) =>
      lines(250_000, (index) => (index === 7 ? ours : index === 249_000 ? theirs : `line ${index}`));
    expect(mergeText(text('a', 'a'), text('b', 'a'), text('a', 'c'))).toEqual({
      text: text('b', 'c'),
      collided: false,
    });
  });

  it('keeps both of two texts that have nothing in common', () => {
    const [ours, theirs] = [lines(50_000, (index) => `ours ${index}`), lines(50_000, (index) => `theirs ${index}`)];
    const base = lines(50_000, (index) => `base ${index}`);
    expect(mergeText(base, ours, theirs)).toEqual({ text: `${ours}\n${theirs}`, collided: true });
  });
});
