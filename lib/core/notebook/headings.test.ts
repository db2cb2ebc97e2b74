import { describe, expect, test } from 'vitest';
import { findHeadings, sectionLevel } from './headings.ts';

const cases: readonly (readonly [name: string, source: string, found: readonly string[]])[] = [
  ['none', 'just text', []],
  ['one', '# Title', ['1 Title @0']],
  ['several', '# One\ntext\n### Three ###\n## Two', ['1 One @0', '3 Three @2', '2 Two @3']],
  ['no blank behind the mark', '#hashtag', []],
  ['seven marks', '####### no', []],
  ['empty heading', '##', ['2  @0']],
  ['indented by four', '    # code', []],
  ['underlined', 'Title\n=====\nmore\n---', ['1 Title @0', '2 more @2']],
  ['underlined over two lines', 'long\ntitle\n---', ['2 long title @0']],
  ['a rule is none', 'text\n\n---\n', []],
  ['a list above a rule is none', '- item\n---', []],
  ['fenced code', '```py\n# comment\n```\n# after', ['1 after @3']],
  ['a fence that is not closed', '~~~\n# a\n```\n# b', []],
  ['a longer fence', '````\n```\n# a\n````\n# b', ['1 b @4']],
  ['marks inside', '# **Bold** `code` [link](http://x) \\# hash', ['1 Bold code link # hash @0']],
  ['marks that close nothing', '# C#\n## a ##b\n# ##', ['1 C# @0', '2 a ##b @1', '1  @2']],
  ['other line ends', '# One\r\nTwo\r\n---\r# Three', ['1 One @0', '2 Two @1', '1 Three @3']],
  ['separators that end no line', '# a\u2028b', ['1 a\u2028b @0']],
  ['snake_case stays', '# my_var_name', ['1 my_var_name @0']],
];

describe('findHeadings', () => {
  test.each(cases)('%s', (_, source, found) => {
    expect(findHeadings(source).map(({ level, text, line }) => `${level} ${text} @${line}`)).toEqual(found);
  });

  test('a cell’s section has the level of its highest heading', () => {
    expect(sectionLevel(findHeadings('### a\n## b\n#### c'))).toBe(2);
    expect(sectionLevel([])).toBeNull();
  });

  test.each([
    ['marks and letters', `# ${'a*'.repeat(90_000)}`],
    ['blanks that end in a line separator', `# ${' '.repeat(190_000)}\u2028`],
    ['blanks and marks', `# ${' #'.repeat(90_000)} x`],
    ['open brackets', `# ${'['.repeat(190_000)}`],
    ['open links', `# ${'[a]('.repeat(40_000)}`],
    ['open code', `# ${'`a '.repeat(60_000)}`],
    ['an underlined line of open brackets', `${'['.repeat(190_000)}\n===`],
  ])('a long line is read in one pass: %s', (_, source) => {
    expect(findHeadings(source)).toHaveLength(1);
  });

  test('a million marks are none', () => {
    expect(findHeadings('#'.repeat(1_000_000))).toEqual([]);
  });
});
