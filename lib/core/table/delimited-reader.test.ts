import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DelimitedReader, findDelimiter } from './delimited-reader.ts';

const read = (chunks: readonly string[], delimiter = ',') => {
  const reader = new DelimitedReader(delimiter);
  return [...chunks.flatMap((chunk) => reader.push(chunk)), ...reader.end()];
};

describe('rows of a delimited text', () => {
  test.each<readonly [string, string, string[][]]>([
    [
      'a last line end or none',
      'a,b\nc,d',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'CRLF',
      'a,b\r\nc,d\r\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['CR alone', 'a\rb\r', [['a'], ['b']]],
    [
      'empty fields',
      ',\n,,',
      [
        ['', ''],
        ['', '', ''],
      ],
    ],
    ['an empty line', 'a\n\nb\n', [['a'], [''], ['b']]],
    ['quoted delimiters and line ends', '"a,b","c\nd"\n', [['a,b', 'c\nd']]],
    ['doubled quotes', '"say ""hi""",x\n', [['say "hi"', 'x']]],
    ['an empty quoted field', '"",x\n', [['', 'x']]],
    ['a quote inside a plain field', 'a"b,c\n', [['a"b', 'c']]],
    ['text behind a closed quote', '"a"b,c\n', [['ab', 'c']]],
    ['an open quote at the end', '"a,b\n', [['a,b\n']]],
    ['nothing', '', []],
    ['a last field that is empty', 'a,', [['a', '']]],
  ])('%s', (_, source, rows) => expect(read([source])).toEqual(rows));

  test('it does not matter where chunks end', () => {
    const piece = fc.constantFrom('a', '"', ',', '\n', '\r', '\r\n', '""', 'é');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.nat(40), fc.nat(40), (pieces, one, two) => {
        const source = pieces.join('');
        const [first, second] = [Math.min(one, two), Math.max(one, two)];
        expect(read([source.slice(0, first), source.slice(first, second), source.slice(second)])).toEqual(
          read([source]),
        );
      }),
      { numRuns: 1000 },
    );
  });

  test('written by the rules it is read again', () => {
    const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ') });
    const table = fc.array(fc.array(field, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(table, (rows) => {
        const text = rows.map((row) => row.map((one) => `"${one.replaceAll('"', '""')}"`).join(',')).join('\r\n');
        expect(read([`${text}\r\n`])).toEqual(rows);
      }),
      { numRuns: 500 },
    );
  });
});

test.each([
  ['a,b\n1,2\n', ','],
  ['a\tb\n1\t2\n', '\t'],
  ['a;b\n1,5;2,5\n', ';'],
  ['a|b|c\n1|2|3\n', '|'],
  ['only\none\n', ','],
  ['"x;y",b\n"u;v",d\n', ','],
])('%j is divided by %j', (text, delimiter) => expect(findDelimiter(text)).toBe(delimiter));
