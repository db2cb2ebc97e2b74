import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { endingWords, readExact, renderExact } from './exact-text.ts';

const edit = (source: string, change: (text: string) => string) => {
  const { text, origin } = readExact(source);
  return renderExact(change(text), origin);
};

describe('an edit keeps what it does not touch', () => {
  test.each([
    ['LF', 'a\nb\n', 'a!\nb\n'],
    ['CRLF', 'a\r\nb\r\n', 'a!\r\nb\r\n'],
    ['CR', 'a\rb\r', 'a!\rb\r'],
    ['no last ending', 'a\r\nb', 'a!\r\nb'],
    ['a byte order mark', '\uFEFFa\nb\n', '\uFEFFa!\nb\n'],
    ['mixed', 'a\nb\r\nc\rd\n', 'a!\nb\r\nc\rd\n'],
    ['a second mark is text', '\uFEFF\uFEFFa', '\uFEFF\uFEFFa!'],
    ['separators that are no line ends', 'a\u2028x\u0085y\n', 'a!\u2028x\u0085y\n'],
  ])('%s', (_, source, expected) => expect(edit(source, (text) => text.replace('a', 'a!'))).toBe(expected));

  test('a new line gets the usual ending', () => {
    expect(edit('a\r\nb\r\nc\r\n', (text) => text.replace('b', 'b\nnew'))).toBe('a\r\nb\r\nnew\r\nc\r\n');
  });

  test('lines taken out of a mixed file leave the others alone', () => {
    expect(edit('a\nb\r\nc\rd\n', (text) => text.replace('b\n', ''))).toBe('a\nc\rd\n');
  });
});

test.each([
  ['a\nb', 'LF'],
  ['a\r\nb', 'CRLF'],
  ['a', 'LF'],
  ['a\r\nb\n', 'mixed line endings'],
])('%j has %s', (source, words) => expect(endingWords(readExact(source).origin)).toBe(words));

test('whatever the text, untouched it comes back as it was', () => {
  const piece = fc.constantFrom('a', 'b', '', '\n', '\r', '\r\n', '\uFEFF', '\u2028', 'é', '𝄞');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const source = pieces.join('');
      const { text, origin } = readExact(source);
      expect(renderExact(text, origin)).toBe(source);
      expect(text).not.toMatch(/\r/);
    }),
    { numRuns: 1000 },
  );
});
