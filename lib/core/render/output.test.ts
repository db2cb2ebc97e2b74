import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '#lib/core/json.ts';
import type { Output } from '#lib/core/notebook/output.ts';
import { renderJsonTree } from './json-tree.ts';
import { renderOutput } from './output.ts';

const bundle = (data: Record<string, JsonValue>, metadata: JsonObject = {}) =>
  renderOutput({ output_type: 'display_data', data, metadata });
const stream = (text: string, lines?: number): Output => ({
  output_type: 'stream',
  name: 'stdout',
  text,
  ...(lines === undefined ? {} : { lines }),
});

describe('the richest safe form', () => {
  test.each<[string, Record<string, JsonValue>, object]>([
    [
      'html before text',
      { 'text/plain': 't', 'text/html': '<b>h</b>' },
      { kind: 'html', mime: 'text/html', html: '<b>h</b>' },
    ],
    ['html before image', { 'image/png': 'iVBO', 'text/html': '<b>h</b>' }, { mime: 'text/html' }],
    ['markdown before image', { 'image/png': 'iVBO', 'text/markdown': '*a*' }, { className: 'output-markdown' }],
    ['latex before image', { 'image/png': 'iVBO', 'text/latex': '$a$' }, { className: 'output-latex' }],
    ['image where the latex is broken', { 'image/png': 'iVBO', 'text/latex': '$\\frac{$' }, { kind: 'image' }],
    ['svg before png', { 'image/png': 'iVBO', 'image/svg+xml': '<svg/>' }, { kind: 'image', mime: 'image/svg+xml' }],
    [
      'png with alt',
      { 'image/png': 'iV\nBO', 'text/plain': '<Figure\nsize>' },
      { url: 'data:image/png;base64,iVBO', alt: '<Figure size>' },
    ],
    ['no base64, no image', { 'image/png': '"><script>', 'text/plain': 't' }, { mime: 'text/plain', html: 't' }],
    ['json', { 'application/json': { a: 1 }, 'text/plain': 't' }, { className: 'output-json' }],
    ['unknown json type prefers text', { 'application/x+json': {}, 'text/plain': 't' }, { mime: 'text/plain' }],
    ['unknown types are named', { 'application/x': 'a' }, { html: 'No way to show application/x' }],
    [
      'script: frame, text fallback',
      { 'text/html': '<div></div><script>1</script>', 'text/plain': 't' },
      { kind: 'frame', fallback: { html: 't' } },
    ],
    [
      'script: frame, html fallback',
      { 'text/html': '<p>hi</p><script>1</script>', 'text/plain': 't' },
      { kind: 'frame', fallback: { html: '<p>hi</p>' } },
    ],
    [
      'plotly',
      { 'application/vnd.plotly.v1+json': {}, 'image/png': 'iVBO' },
      { kind: 'frame', fallback: { kind: 'image' } },
    ],
    ['vega', { 'application/vnd.vegalite.v5+json': {}, 'text/plain': 't' }, { kind: 'frame', fallback: { html: 't' } }],
    [
      'widget',
      { 'application/vnd.jupyter.widget-view+json': {}, 'text/plain': 'W()' },
      { kind: 'frame', fallback: { html: 'W()' } },
    ],
    ['javascript', { 'application/javascript': 'alert(1)' }, { kind: 'frame' }],
    [
      'html of style alone falls through',
      { 'text/html': '<style>p{}</style>', 'text/plain': 't' },
      { mime: 'text/plain' },
    ],
  ])('%s', (_name, data, expected) => {
    expect(bundle(data)).toMatchObject(expected);
  });

  test('an empty bundle shows nothing', () => {
    expect(bundle({})).toBeNull();
  });

  test('sizes and ground of an image', () => {
    const box = { 'image/png': { width: 640, height: '480' }, needs_background: 'light' };
    expect(bundle({ 'image/png': 'iVBO' }, box)).toMatchObject({ width: 640, height: 480, needsBackground: 'light' });
    expect(bundle({ 'image/png': 'iVBO' }, { 'image/png': { width: 1e9, height: -1 } })).not.toHaveProperty('width');
  });

  test('isolated html asks for a frame', () => {
    expect(bundle({ 'text/html': '<b>x</b>' }, { 'text/html': { isolated: true } })).toMatchObject({ kind: 'frame' });
  });

  test('1, 3: svg stands in an image address and nowhere else', () => {
    const shown = bundle({ 'image/svg+xml': '<svg onload="alert(1)"><script>1</script></svg>' });
    expect(shown).toMatchObject({ kind: 'image' });
    expect(JSON.stringify(shown)).not.toContain('<');
    expect(decodeURIComponent((shown as { url: string }).url)).toContain('xmlns="http://www.w3.org/2000/svg"');
  });

  test.each([
    ['named', '<?xml version="1.0"?><svg\nxmlns="http://www.w3.org/2000/svg"/>', false],
    ['not named', '<?xml version="1.0"?><SVG width="1"/>', true],
    ['beginnings of tags alone', '<svg '.repeat(1_000_000), true],
  ])('the namespace of svg: %s', (_name, source, isAdded) => {
    const { url } = bundle({ 'image/svg+xml': source }) as { url: string };
    const added = ' xmlns="http://www.w3.org/2000/svg"';
    expect(decodeURIComponent(url).length).toBe(
      'data:image/svg+xml;charset=utf-8,'.length + source.length + (isAdded ? added.length : 0),
    );
  });
});

describe('streams', () => {
  test.each([
    ['counts', stream('a\nb\n'), { html: 'a\nb\n', lines: 2, cut: false }],
    ['keeps the count received', stream('b\n', 7), { lines: 7 }],
    ['settles overwritten text', stream('10%\r20%\r'), { html: '20%', text: '20%' }],
  ])('%s', (_name, output, expected) => {
    expect(renderOutput(output)).toMatchObject(expected);
  });

  test('keeps head and tail of many lines', () => {
    const shown = renderOutput(stream(Array.from({ length: 5_000 }, (_, index) => `line ${index}\n`).join('')));
    expect(shown).toMatchObject({ kind: 'stream', cut: true, lines: 5_000 });
    const { html } = shown as { html: string };
    expect(html).toContain('line 199\n\u2026 3,800 lines left out \u2026\nline 4000\n');
    expect(html).toMatch(/^line 0\n[\s\S]*line 4999\n$/);
  });

  test('shows more when asked', () => {
    const output = stream('x\n'.repeat(5_000));
    expect(renderOutput(output, { expanded: true })).toMatchObject({ cut: false });
  });

  test('cuts a line of a million characters', () => {
    const shown = renderOutput(stream('x'.repeat(1_000_000))) as { html: string };
    expect(shown.html.length).toBeLessThan(201_000);
    expect(shown.html).toContain('800,000 characters left out');
  });
});

describe('errors', () => {
  test.each([
    [
      'traceback',
      { ename: 'E', evalue: 'v', traceback: ['\x1b[31mE\x1b[0m', 'v'] },
      '<span class="ansi-red-fg">E</span>\nv',
      'E\nv',
    ],
    ['without one', { ename: 'E', evalue: '<v>', traceback: [] }, 'E: &lt;v&gt;', 'E: <v>'],
    ['of blanks', { ename: 'E', evalue: '', traceback: ['\x1b[0m '] }, 'E', 'E'],
  ])('%s', (_name, error, html, text) => {
    expect(renderOutput({ output_type: 'error', ...error })).toMatchObject({ kind: 'error', html, text });
  });
});

describe('json tree', () => {
  test.each<[string, JsonValue, string]>([
    [
      'escapes',
      { '<k>': '<v>' },
      '<span class="json-key">&lt;k&gt;</span>: <span class="json-string">&quot;&lt;v&gt;&quot;</span>',
    ],
    ['18 prototype keys', JSON.parse('{"__proto__": 1}') as JsonValue, '__proto__'],
    ['bounds children', Array<number>(1_000).fill(1), '… 800 more'],
    ['empty', { a: [], b: {} }, '[]'],
  ])('%s', (_name, value, expected) => {
    expect(renderJsonTree(value)).toContain(expected);
  });

  test('19 depth is bounded', () => {
    let deep: JsonValue = 1;
    for (let index = 0; index < 100_000; index += 1) deep = [deep];
    expect(renderJsonTree(deep).match(/<details/g)).toHaveLength(12);
  });

  test('the whole tree is bounded', () => {
    const wide = Array<JsonValue>(150).fill(Array<JsonValue>(150).fill(1));
    expect(renderJsonTree(wide).match(/json-number/g)?.length).toBeLessThan(2_001);
  });
});
