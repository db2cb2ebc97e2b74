import { describe, expect, test } from 'vitest';
import { renderAnsi, stripAnsi } from './ansi.ts';

const E = '\x1b';
const link = (url: string) => `<a href="${url}" target="_blank" rel="noopener noreferrer">${url}</a>`;

describe('renderAnsi', () => {
  test.each([
    ['text', 'a < b & "c"', 'a &lt; b &amp; &quot;c&quot;'],
    ['red', `${E}[31mx${E}[0my`, '<span class="ansi-red-fg">x</span>y'],
    ['bright and ground', `${E}[92;41mx`, '<span class="ansi-bright-green-fg ansi-red-bg">x</span>'],
    ['styles', `${E}[1;2;3;4;9mx`, '<span class="ansi-bold ansi-dim ansi-italic ansi-underline ansi-strike">x</span>'],
    ['styles off', `${E}[1;3;4;9m${E}[22;23;24;29mx`, 'x'],
    ['inverse', `${E}[7mx`, '<span class="ansi-inverse-fg ansi-inverse-bg">x</span>'],
    ['inverse of a colour', `${E}[7;31mx`, '<span class="ansi-inverse-fg ansi-red-bg">x</span>'],
    ['256 low', `${E}[38;5;9mx`, '<span class="ansi-bright-red-fg">x</span>'],
    ['256 cube', `${E}[38;5;208mx`, '<span style="color:light-dark(rgb(168,87,0),rgb(255,135,0))">x</span>'],
    ['256 grey', `${E}[48;5;240mx`, '<span style="background-color:rgb(88,88,88)">x</span>'],
    ['true colour', `${E}[38;2;1;2;3mx`, '<span style="color:light-dark(rgb(1,2,3),rgb(150,150,150))">x</span>'],
    [
      'true colour with colons',
      `${E}[38:2::1:2:3mx`,
      '<span style="color:light-dark(rgb(1,2,3),rgb(150,150,150))">x</span>',
    ],
    [
      'on a ground of its own',
      `${E}[38;5;208;48;5;16mx`,
      '<span style="color:rgb(255,135,0);background-color:rgb(0,0,0)">x</span>',
    ],
    ['channel out of range', `${E}[38;2;999;2;3mx`, 'x'],
    ['OSC 8 keeps its text alone', `${E}]8;;http://evil${E}\\x${E}]8;;${E}\\`, 'x'],
    ['OSC 52', `a${E}]52;c;ZXZpbA==\x07b`, 'ab'],
    ['cursor and screen', `a${E}[2J${E}[10;5H${E}[?25lb`, 'ab'],
    ['markup in a sequence', `${E}]0;<script>\x07${E}[<script>m`, 'cript&gt;m'],
    ['unfinished', `a${E}[3`, 'a'],
    ['bell and NUL', 'a\x07\0\x9bb', 'ab'],
    ['url', 'see https://e.com/a?b=1&c=2.', `see ${link('https://e.com/a?b=1&amp;c=2')}.`],
    ['url in brackets', '(http://e.com/x_(y))', `(${link('http://e.com/x_(y)')})`],
    ['url in quotes', '"http://e.com"', `&quot;${link('http://e.com')}&quot;`],
    ['url with markup', 'http://e.com/<script>', `${link('http://e.com/')}&lt;script&gt;`],
    [
      'url cannot leave its attribute',
      'http://e.com/"onmouseover="x',
      `${link('http://e.com/')}&quot;onmouseover=&quot;x`,
    ],
    ['no host', 'http:// x', 'http:// x'],
    ['other schemes', 'javascript:alert(1) file:///etc', 'javascript:alert(1) file:///etc'],
    ['joiner in an emoji', '👩‍💻', '👩‍💻'],
  ])('%s', (_name, text, html) => {
    expect(renderAnsi(text)).toBe(html);
  });

  test.each([
    ['\u202e', 'U+202E'],
    ['\u2066', 'U+2066'],
    ['\u200b', 'U+200B'],
    ['\u200d', 'U+200D'],
    ['\ufeff', 'U+FEFF'],
  ])('invisible %j is shown and stays in the text', (char, name) => {
    expect(renderAnsi(`a${char}b`)).toBe(
      `a<bdi class="invisible-character" data-code="${name}" title="${name}">${char}</bdi>b`,
    );
  });

  test.each([
    ['urls', 'http://'.repeat(200_000)],
    ['brackets in a url', `http://${'('.repeat(1_000_000)}`],
    ['marks after a url', `http://a${'.'.repeat(1_000_000)}`],
    ['escapes', `${E}[`.repeat(500_000)],
    ['an unfinished OSC', `${E}]`.repeat(500_000)],
    ['parameters', `${E}[${'1;'.repeat(500_000)}`],
    ['one line', 'x'.repeat(1_000_000)],
  ])('is linear: %s', (_name, text) => {
    expect(typeof renderAnsi(text)).toBe('string');
  });
});

test('stripAnsi keeps the text', () => {
  expect(stripAnsi(`${E}[31ma${E}[0m\n${E}]8;;u\x07b`)).toBe('a\nb');
});
