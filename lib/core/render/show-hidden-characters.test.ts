import { describe, expect, test } from 'vitest';
import { hasHiddenCharacters, listHiddenCharacters, showHiddenCharacters } from './show-hidden-characters.ts';

describe('showHiddenCharacters', () => {
  test.each([
    ['a name that ends otherwise than it looks', 'report\u202Efdp.ipynb', 'report‹U+202E›fdp.ipynb'],
    ['a zero-width space', 'data\u200b.csv', 'data‹U+200B›.csv'],
    ['a byte order mark', '\ufeffx', '‹U+FEFF›x'],
    ['isolates', '\u2066a\u2069', '‹U+2066›a‹U+2069›'],
    ['line separators', 'a\u2028b\u2029c\u0085d\rf', 'a‹U+2028›b‹U+2029›c‹U+0085›d‹U+000D›f'],
    ['controls', 'a\0b\x1b[31m\x7f', 'a‹U+0000›b‹U+001B›[31m‹U+007F›'],
    ['a filler', 'a\u3164b', 'a‹U+3164›b'],
    ['tag characters', 'a\u{e0041}', 'a‹U+E0041›'],
    ['surrogates without a partner', 'a\ud800b\udc00', 'a‹U+D800›b‹U+DC00›'],
    ['a joiner between Latin letters', 'pass\u200dword', 'pass‹U+200D›word'],
  ])('%s', (_, text, shown) => {
    expect(showHiddenCharacters(text)).toBe(shown);
    expect(hasHiddenCharacters(text)).toBe(true);
  });

  test.each([
    ['plain', 'sales 2024.ipynb'],
    ['tabs and line feeds', 'a\tb\nc'],
    ['accents and scripts', 'Überblick 資料 données.csv'],
    ['Arabic and Hebrew, which turn by themselves', 'تقرير דוח.csv'],
    ['joiners that a script needs', 'می\u200cخواهم'],
    ['an emoji of several', '👩\u200d💻.ipynb'],
    ['markup', '<img src=x onerror=alert(1)>.ipynb'],
    ['a pair of surrogates', '😀'],
  ])('%s stays as it is', (_, text) => {
    expect(showHiddenCharacters(text)).toBe(text);
    expect(hasHiddenCharacters(text)).toBe(false);
  });
});

test('listHiddenCharacters says where and what, up to a limit', () => {
  const text = 'a\u202eb\u{e0041}';
  expect(listHiddenCharacters(text, 9)).toEqual([
    { start: 1, end: 2, name: '‹U+202E›' },
    { start: 3, end: 5, name: '‹U+E0041›' },
  ]);
  expect(listHiddenCharacters(text, 1)).toHaveLength(1);
  expect(listHiddenCharacters('می\u200cخواهم', 9)).toEqual([]);
});
