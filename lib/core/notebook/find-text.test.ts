import { describe, expect, it } from 'vitest';
import { compileQuery, findMatches, replacementOf, type FindQuery } from './find-text.ts';

const query = (text: string, more: Partial<FindQuery> = {}): FindQuery => ({
  text,
  regex: false,
  caseSensitive: false,
  wholeWord: false,
  ...more,
});
function find(text: string, what: FindQuery, limit = 100): string[] {
  const pattern = compileQuery(what);
  if (!(pattern instanceof RegExp)) throw new Error(String(pattern));
  return findMatches(text, pattern, limit).map(({ start, end }) => `${start}:${text.slice(start, end)}`);
}

describe('findMatches', () => {
  it.each<[string, string, FindQuery, string[]]>([
    ['any case', 'Df df', query('df'), ['0:Df', '3:df']],
    ['this case', 'Df df', query('df', { caseSensitive: true }), ['3:df']],
    ['marks as they are', 'a.b axb $(x)', query('a.b'), ['0:a.b']],
    ['marks of expressions', 'f(x)*2 [1]-{', query('(x)*2 [1]-{'), ['1:(x)*2 [1]-{']],
    ['whole words', 'df df_1 xdf (df)', query('df', { wholeWord: true }), ['0:df', '13:df']],
    ['whole words of any script', 'größe größer', query('größe', { wholeWord: true }), ['0:größe']],
    ['whole words that end in marks', 'a += 1', query('+=', { wholeWord: true }), ['2:+=']],
    ['an expression', 'x1 = 2', query(String.raw`x(\d)`, { regex: true }), ['0:x1']],
    ['lines', 'a\nb\na', query('^a$', { regex: true }), ['0:a', '4:a']],
    ['over lines', 'a\nb', query('a\nb'), ['0:a\nb']],
    ['no empty matches', 'ab', query('x*', { regex: true }), []],
    ['behind empty ones', '😀x', query('x*', { regex: true }), ['2:x']],
    ['lone surrogates', 'a\ud800b', query('b'), ['2:b']],
  ])('%s', (_, text, what, found) => {
    expect(find(text, what)).toEqual(found);
  });

  it('stops at the limit', () => {
    expect(find('aaaa', query('a'), 3)).toHaveLength(3);
  });
});

describe('compileQuery', () => {
  it('has nothing to look for', () => {
    expect(compileQuery(query(''))).toBeNull();
  });

  it.each([['('], ['[a'], ['a{2,1}'], ['*']])('says what is wrong with %s', (text) => {
    expect(compileQuery(query(text, { regex: true }))).toMatch(/^This is no regular expression: \S.*\.$/);
  });
});

describe('replacementOf', () => {
  const replace = (text: string, what: FindQuery, by: string) => {
    const pattern = compileQuery(what) as RegExp;
    const [match] = findMatches(text, pattern, 1);
    return match === undefined ? undefined : replacementOf(text, match, pattern, by, what.regex);
  };
  const regex = { regex: true };
  it.each<[string, FindQuery, string, string]>([
    ['a', query('a'), '$1 $& $$', '$1 $& $$'],
    ['x=1', query('x=(\\d)', regex), 'y=$1', 'y=1'],
    ['ab', query('(?<one>a)(?<two>b)', regex), '$<two>$<one>', 'ba'],
    ['a', query('a', regex), '$$ $& $7', '$ a $7'],
    ['a', query('a', regex), String.raw`\n\t\\`, '\n\t\\'],
    ['ab', query('a(?=b)', regex), 'x', 'x'],
  ])('%s', (text, what, by, expected) => {
    expect(replace(text, what, by)).toBe(expected);
  });

  it('is none where the text changed', () => {
    expect(replacementOf('b', { start: 0, end: 1 }, /a/g, 'x', false)).toBeNull();
  });
});
