import { describe, expect, test } from 'vitest';
import { exactHtml } from './exact-html.ts';

const line = (html: string) => `<span><span class="mtk1">${html}</span></span><br/>`;

describe('exactHtml', () => {
  test.each([
    ['lines', 'a\nb', line('a') + line('b'), 'a\nb'],
    ['an end of line at the end', 'a\n', line('a') + '<span><span></span></span><br/>', 'a\n'],
    ['blanks', 'if a:\n  b', line('if&#160;a:') + line('\u00a0\u00a0b'), 'if a:\n  b'],
    ['a no-break space of the source', 'a\u00a0b', line('a\u00a0b'), 'a\u00a0b'],
    ['tabs', '\ta\n b\tc', line('\u00a0\u00a0\u00a0\u00a0a') + line('\u00a0b\u00a0\u00a0c'), '\ta\n b\tc'],
    ['a tab and a blank', '\t a', line('\u00a0\u00a0\u00a0\u00a0\u00a0a'), '\t a'],
    ['markup', 'a < b & c > "d"', line('a&#160;&lt;&#160;b&#160;&amp;&#160;c&#160;&gt;&#160;"d"'), 'a < b & c > "d"'],
    ['an entity as text', '&lt;', line('&amp;lt;'), '&lt;'],
    ['beyond the basic plane', '🎉 a', line('🎉&#160;a'), '🎉 a'],
  ])('%s', (_name, source, html, text) => {
    const exact = exactHtml(html, source);
    const plain = exact
      ?.replace(/<[^>]*>/g, '')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&');
    expect(plain).toBe(text);
  });

  test('keeps the colours', () => {
    expect(exactHtml(line('a'), 'a')).toBe('<span><span class="mtk1">a</span></span>');
  });

  test.each([
    ['another text', 'a', line('b')],
    ['a shorter text', 'ab', line('a')],
    ['a longer text', 'a', line('ab')],
  ])('refuses %s', (_name, source, html) => {
    expect(exactHtml(html, source)).toBeNull();
  });
});
