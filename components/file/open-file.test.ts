import { expect, test } from 'vitest';
import { endingOf, whyNoText } from './open-file.ts';

const bytes = (...values: number[]) => new Uint8Array(values);

test.each<readonly [string, Uint8Array, boolean, RegExp | null]>([
  ['plain', new TextEncoder().encode('é\r\n'), true, null],
  ['empty', bytes(), true, null],
  ['with a byte order mark', bytes(0xef, 0xbb, 0xbf, 0x61), true, null],
  ['cut within a character', bytes(0x61, 0xc3), false, null],
  ['ended within a character', bytes(0x61, 0xc3), true, /no UTF-8/],
  ['Latin-1', bytes(0x61, 0xe9, 0x62), false, /no UTF-8/],
  ['with a NUL', bytes(0x61, 0, 0x62), true, /binary/],
  ['UTF-16', bytes(0xff, 0xfe, 0x61, 0), true, /UTF-16/],
])('%s', (_, content, whole, expected) => {
  const why = whyNoText(content, whole);
  if (expected === null) expect(why).toBeNull();
  else expect(why).toMatch(expected);
});

test.each([
  ['a/b.CSV', 'csv'],
  ['a.b/c', ''],
  ['.env', 'env'],
])('the ending of %s', (path, ending) => expect(endingOf(path)).toBe(ending));
