import { describe, expect, it } from 'vitest';
import { wordBefore, wordsLike } from './notebook-words.ts';

describe('the word before the cursor', () => {
  it.each<[text: string, cursor: number, word: string]>([
    ['', 0, ''],
    ['os.pa', 5, 'pa'],
    ['os.', 3, ''],
    ['x1 = größe', 10, 'größe'],
    ['1abc', 4, 'abc'],
    ['abcdef', 3, 'abc'],
    ['"😀"name', 8, 'name'],
  ])('of %j at %i is %j', (text, cursor, found) => {
    expect(wordBefore(text, cursor)).toBe(found);
  });
});

describe('words of a notebook', () => {
  it.each<[begun: string, texts: readonly string[], words: readonly string[]]>([
    ['', ['alpha'], []],
    ['al', ['alpha = 1', 'alpine(alpha)', 'beta al'], ['alpha', 'alpine']],
    ['AL', ['alpha = 1'], ['alpha']],
    ['pa', ['os.path.join'], ['path']],
    ['größ', ['größe = 1'], ['größe']],
    ['x', [`x${'y'.repeat(200)}`], []],
  ])('that begin with %j', (begun, texts, words) => {
    expect(wordsLike(begun, texts)).toEqual(words);
  });

  it('are looked for in a bounded text, the nearest first', () => {
    const far = 'alphabet';
    expect(wordsLike('al', ['alpha', ' '.repeat(3_000_000), far])).toEqual(['alpha']);
    const many = Array.from({ length: 1_000 }, (_, at) => `name_${at}`).join(' ');
    expect(wordsLike('name', [many])).toHaveLength(200);
  });
});
