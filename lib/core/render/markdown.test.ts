import { describe, expect, test } from 'vitest';
import { renderMarkdown } from './markdown.ts';

const formulas = (html: string) =>
  [...html.matchAll(/<annotation encoding="application\/x-tex">([^<]*)</g)].map((match) => match[1]);

describe('GitHub dialect', () => {
  test.each([
    ['table', '|a|b|\n|-|:-:|\n|1|2|', '<td style="text-align: center">2</td>'],
    ['strikethrough', '~~x~~', '<s>x</s>'],
    [
      'task',
      '- [x] done',
      '<li class="task-list-item"><input type="checkbox" aria-label="done task" disabled checked> done</li>',
    ],
    ['open task', '- [ ] <b>', '<input type="checkbox" aria-label="open task" disabled> '],
    ['autolink', 'https://e.com', '<a href="https://e.com" target="_blank" rel="noopener noreferrer">'],
    ['file names are no links', 'train.py', '<p>train.py</p>'],
    ['heading id', '## My *fine* Heading', '<h2 id="user-content-My-fine-Heading">'],
    ['second heading of a name', '# A\n# A', '<h1 id="user-content-A-1">'],
    ['link to a heading', '[x](#My-Heading)', '<a href="#user-content-My-Heading">'],
    ['fence', '```python\na < b\n```', '<pre><code class="language-python">a &#x3C; b'],
    ['raw HTML', '<center><b onclick=x>hi</b></center>', '<center><b>hi</b></center>'],
  ])('%s', (_name, source, html) => {
    expect(renderMarkdown(source)).toContain(html);
  });
});

describe('formulas', () => {
  test.each([
    ['inline', 'a $x_1 * y_2$ b $z_3 * w_4$', ['x_1 * y_2', 'z_3 * w_4']],
    ['display', '$$\na_1\n= b\n- c\n$$', ['a_1\n= b\n- c']],
    ['parentheses', '\\(a\\) and \\\\(b\\\\)', ['a', 'b']],
    ['brackets', '\\[\na\n\\]\n\n\\\\[b\\\\]', ['a', 'b']],
    [
      'environment',
      '\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}',
      ['\\begin{align*}\na &amp;= b \\\\\nc &amp;= d\n\\end{align*}'],
    ],
    ['right after text', 'text\n$$a$$\nmore', ['a']],
    ['in a heading and a table', '# $h$\n\n|a|\n|-|\n|$t$|', ['h', 't']],
    ['in an HTML block', '<div>\n$a &lt; b$\n</div>', ['a &lt; b']],
    ['in an HTML block, with what is no tag', '<div>\n$a > b$ and $c < d$\n</div>', ['a &gt; b']],
    ['in an HTML block, behind its last tag', '<div>\n$a > b$ $c$', ['a &gt; b', 'c']],
    ['blanks around', '$ x^2 $', ['x^2']],
    ['a blank after the opening one alone', '$ X(f) = 0$ where $ |f| = W $', ['X(f) = 0', '|f| = W']],
    ['money', 'from $5 and $6, or $7', []],
    ['money with blanks', 'a $ 5 and $ 6 b', []],
    ['escaped', '\\$a\\$', []],
    ['code', '`$a$`\n\n```\n$b$\n```', []],
    ['one dollar', 'it costs 5$', []],
    ['never closed', '$$\na', []],
  ])('%s', (_name, source, expected) => {
    expect(formulas(renderMarkdown(source))).toEqual(expected);
  });

  test('broken TeX shows its source and why', () => {
    expect(renderMarkdown('$\\frac{a$')).toMatch(/<code class="math-error" title="[^"]+">\\frac\{a<\/code>/);
  });
});

describe('attachments and addresses', () => {
  const attachments = { 'a b.png': { 'image/png': 'iVBO' }, 'x.html': { 'text/html': '<script>1</script>' } };
  test.each([
    ['attachment', '![x](attachment:a%20b.png)', '<img src="data:image/png;base64,iVBO" alt="x" loading="lazy">'],
    ['7 HTML attachment', '![x](attachment:x.html)', 'Attachment not found: x.html'],
    ['8 path', '![x](attachment:../../x)', 'Attachment not found: ../../x'],
    ['18 prototype', '![x](attachment:__proto__)', 'Attachment not found: __proto__'],
    ['resolved', '![x](img/a.png)', '<img src="/files/img/a.png"'],
    ['resolved link', '[x](other.ipynb)', '<a href="/files/other.ipynb">'],
  ])('%s', (_name, source, expected) => {
    expect(renderMarkdown(source, { attachments, resolveUrl: (path) => `/files/${path}` })).toContain(expected);
  });
});

describe('attacks', () => {
  test.each([
    ['4 link', '[x](javascript:alert(1))'],
    ['4 vbscript', '[x](vbscript:x)'],
    ['4 tab', '[x](<java\tscript:alert(1)>)'],
    ['4 entity', '[x](javascript&#58;alert(1))'],
    ['4 reference', '[x]\n\n[x]: javascript:alert(1)'],
    ['4 autolink', '<javascript:alert(1)>'],
    ['5 href in TeX', '$\\href{javascript:alert(1)}{x}$'],
    ['5 html macros', '$\\htmlStyle{position:fixed}{x}$ $\\htmlData{a=b}{x}$'],
    ['5 includegraphics', '$\\includegraphics{http://evil/x.png}$'],
    ['6 mermaid', '```mermaid\n%%{init: {"securityLevel":"loose"}}%%\nclick A href "javascript:alert(1)"\n```'],
    ['9 data link', '[x](data:text/html,<script>1</script>)'],
    ['fence language', '```"><script>alert(1)</script>\nx\n```'],
    ['raw script', '<script>alert(1)</script>'],
    ['broken out of an attribute by a formula', '<div title="> $\\text{\\" onmouseover=alert(1) x=\\"}$">x</div>'],
    ['forged mark of a formula', 'formula0x0; $\\text{a}$ formula1x0; <i title="formula1x0;">'],
    ['image alt', '!["><script>1</script>](x.png)'],
  ])('%s', (_name, source) => {
    const html = renderMarkdown(source);
    expect(html).not.toMatch(
      /<script|<[^>]*\shref="(?!https?:|#|mailto:)|<[^>"]*\son\w+=|<img[^>]*src="http|style="[^"]*position:fixed/i,
    );
  });

  test.each([
    ['5 macro bomb', '$\\def\\a#1{#1#1#1#1}\\a{\\a{\\a{\\a{\\a{\\a{\\a{x}}}}}}}$'],
    ['44 dollars', '$a '.repeat(100_000)],
    ['begins', '\\begin{a}\n'.repeat(20_000)],
    ['brackets', '['.repeat(50_000)],
    ['quotes', '> '.repeat(5_000)],
    ['beginnings of tags behind a dollar', `<div>$${'<'.repeat(900_000)}x`],
    ['deep braces', `$${'{'.repeat(9_000)}$`],
  ])('ends: %s', (_name, source) => {
    expect(renderMarkdown(source).length).toBeGreaterThan(0);
  });
});
