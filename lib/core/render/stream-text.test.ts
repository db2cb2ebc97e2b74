import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { appendStreamText, countLines } from './stream-text.ts';

const E = '\x1b';

describe('appendStreamText', () => {
  test.each([
    ['plain text is joined', ['a', 'b\n', 'c'], 'ab\nc'],
    ['a carriage return overwrites', ['hello\rab\n'], 'abllo\n'],
    ['a progress bar leaves its last state', ['10%\r', '20%\r', '100%\n'], '100%\n'],
    ['a trailing carriage return waits', ['hello\r'], 'hello\r'],
    ['and a newline after it erases nothing', ['hello\r', '\nx'], 'hello\nx'],
    ['CR LF is a newline', ['a\r\nb\r\n'], 'a\nb\n'],
    ['the cursor survives between chunks', ['hello\rab', 'X', '\n'], 'abXlo\n'],
    ['a backspace moves left', ['ab\bc'], 'ac'],
    ['a backspace stops at the line start', ['x\n\b\b\by'], 'x\ny'],
    ['a spinner', ['|', '\b/', '\b-', '\bok\n'], 'ok\n'],
    ['erase to the end of line', ['12345\rab', `${E}[K\n`], 'ab\n'],
    ['erase the whole line', [`12345${E}[2K\rab\n`], 'ab\n'],
    ['erase up to the cursor', [`12345\r${E}[2C${E}[1K\n`], '   45\n'],
    ['colours stay with their characters', [`${E}[31mred${E}[0m\rX\n`], `X${E}[31med${E}[0m\n`],
    ['an open colour is closed per line', [`${E}[31ma\nb`], `${E}[31ma${E}[0m\n${E}[31mb`],
    [
      'an open colour goes on in the next chunk',
      [`${E}[31ma\n`, `b\n`],
      `${E}[31ma${E}[0m\n${E}[31mb${E}[0m\n${E}[31m`,
    ],
    ['a sequence split over chunks', [`${E}[3`, '1mx', `${E}[`, '0m\n'], `${E}[31mx${E}[0m\n`],
    ['cursor up and OSC 52 are dropped', [`a${E}[2Ab${E}]52;c;ZXZpbA==\x07c\n`], 'abc\n'],
    ['an unfinished OSC hides one line at most', [`a${E}]8;;http://x\nb`], 'a\nb'],
    ['a gap is bounded', [`${E}[999999999Cx\n`], `${' '.repeat(4096)}x\n`],
    ['an emoji is one cell', ['😀😀\ra\n'], 'a😀\n'],
    ['an emoji split over chunks', ['abc\r\ud83d', '\ude00\n'], '😀bc\n'],
  ])('%s', (_name, chunks, expected) => {
    expect(chunks.reduce(appendStreamText, '')).toBe(expected);
  });

  const piece = fc.constantFrom(
    'a',
    'B',
    ' ',
    'xyz',
    '\n',
    '\r',
    '\b',
    '\r\n',
    '😀',
    '\ud83d',
    '\ude00',
    '\t',
    '\x07',
    E,
    '[',
    ']',
    ';',
    '3',
    '1',
    'm',
    'K',
    `${E}[31m`,
    `${E}[1;44m`,
    `${E}[0m`,
    `${E}[38;5;200m`,
    `${E}[38;2;1;2;3m`,
    `${E}[39m`,
    `${E}[K`,
    `${E}[1K`,
    `${E}[2K`,
    `${E}[3C`,
    `${E}[2D`,
    `${E}[5G`,
    `${E}[A`,
    `${E}]0;t\x07`,
    `${E}]8;;u${E}\\`,
  );
  const text = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(''));

  test('merging chunks changes nothing', () => {
    fc.assert(
      fc.property(text, text, text, (p, a, b) => {
        const previous = appendStreamText('', p);
        expect(appendStreamText(appendStreamText(previous, a), b)).toBe(appendStreamText(previous, a + b));
      }),
      { numRuns: 3_000 },
    );
  });

  test('character by character gives the same as at once', () => {
    fc.assert(
      fc.property(text, (whole) => {
        expect(whole.split('').reduce(appendStreamText, '')).toBe(appendStreamText('', whole));
      }),
      { numRuns: 2_000 },
    );
  });

  test('lines before the last are never touched', () => {
    const head = `raw\r${E}[31m kept\n`;
    expect(appendStreamText(`${head}ab`, '\rX')).toBe(`${head}Xb\r${E}[1C`);
  });
});

test.each([
  ['', 0],
  ['abc', 0],
  ['a\nb\n', 2],
  ['\r\n\n', 2],
])('countLines(%j) is %i', (chunk, count) => {
  expect(countLines(chunk)).toBe(count);
});
