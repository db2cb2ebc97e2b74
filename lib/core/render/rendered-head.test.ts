import { describe, expect, it } from 'vitest';
import { cellId } from '#lib/core/ids.ts';
import type { JsonObject } from '#lib/core/json.ts';
import type { CellType } from '#lib/core/notebook/model.ts';
import type { DisplayOutput, Output } from '#lib/core/notebook/output.ts';
import './katex-typesetter.ts';
import { type HeadSource, renderHead } from './rendered-head.ts';

const cell = (
  index: number,
  type: CellType,
  source: string,
  outputs: readonly Output[] = [],
  metadata: JsonObject = {},
): HeadSource => ({
  content: { id: cellId(`cell-${index}`), type, source, metadata },
  outputs,
  executionCount: null,
  run: null,
});
const head = (...cells: HeadSource[]) => renderHead(cells, cells.length, (address) => `/files/${address}`);
const display = (data: DisplayOutput['data']): Output => ({ output_type: 'display_data', metadata: {}, data });
const table = (rows: number) => `<table>${'<tr><td>1</td><td>2</td></tr>'.repeat(rows)}</table>`;
const stream = (text: string): Output => ({ output_type: 'stream', name: 'stdout', text });

const long = 'e'.repeat(1_000_000);
const failed = { output_type: 'error', ename: 'E', evalue: '', traceback: [] } as const;

describe('the first cells of a notebook, rendered', () => {
  it('are safe HTML, and sources as they are', () => {
    const { cells, cellCount } = head(
      cell(0, 'markdown', '# Hi ![p](p.png)\n\n<script>alert(1)</script>'),
      cell(1, 'code', 'a < b', [stream('<b>\n')]),
    );
    expect(cellCount).toBe(2);
    expect(cells[0]?.html).toContain('Hi');
    expect(cells[0]?.html).toContain('/files/p.png');
    expect(JSON.stringify(cells[0])).not.toContain('alert');
    expect(cells[1]).toMatchObject({ source: 'a < b', whole: true, html: null });
    expect(cells[1]?.outputs).toEqual([{ ...stream('<b>\n'), lines: 1 }]);
  });

  it('end when a screen is full', () => {
    const many = Array.from({ length: 500 }, (_, index) => cell(index, 'code', 'one\ntwo\nthree'));
    const count = head(...many).cells.length;
    expect(count).toBeGreaterThan(8);
    expect(count).toBeLessThanOrEqual(24);
  });

  it.each([
    ['a long source', [cell(0, 'code', 'x = 1\n'.repeat(100_000))]],
    ['one long line', [cell(0, 'code', 'x'.repeat(1_000_000))]],
    ['a long stream', [cell(0, 'code', '', [stream('line\n'.repeat(100_000))])]],
    ['long Markdown', [cell(0, 'markdown', 'word '.repeat(200_000))]],
    [
      'many outputs',
      [
        cell(
          0,
          'code',
          '',
          Array.from({ length: 10_000 }, () => stream('out\n')),
        ),
      ],
    ],
    ['many long cells', Array.from({ length: 40 }, (_, index) => cell(index, 'code', `${'y'.repeat(20_000)}${index}`))],
    [
      'a large picture',
      [
        cell(0, 'code', '', [
          { output_type: 'display_data', metadata: {}, data: { 'image/png': 'A'.repeat(4_000_000) } },
        ]),
      ],
    ],
    ['a large table', [cell(0, 'code', '', [display({ 'text/html': table(60_000) })])]],
    [
      'a table in many lines',
      [cell(0, 'code', '', [display({ 'text/html': Array.from({ length: 99_000 }, () => '<p>a</p>\n') })])],
    ],
    [
      'many tables',
      [
        cell(
          0,
          'code',
          '',
          Array.from({ length: 12 }, () => display({ 'text/html': table(1_500) })),
        ),
      ],
    ],
    ['a large tree', [cell(0, 'code', '', [display({ 'application/json': Array(999).fill('j'.repeat(1_000)) })])]],
    ['an error of one line', [cell(0, 'code', '', [{ ...failed, evalue: long, traceback: [long] }])]],
    ['Markdown that is formulas', [cell(0, 'markdown', '$x^2_1$ '.repeat(2_000))]],
    ['an output that is formulas', [cell(0, 'code', '', [display({ 'text/latex': '$x^2_1$ '.repeat(1_000) })])]],
  ] as const)('stay small: %s', (_, cells) => {
    const rendered = head(...cells);
    expect(rendered.cells.length).toBeGreaterThan(0);
    expect(JSON.stringify(rendered).length).toBeLessThan(150_000);
  });

  it('end behind outputs that did not fit, so that nothing below jumps when they come', () => {
    const { cells } = head(
      cell(0, 'code', 'a', [stream('one\n'), display({ 'text/html': table(9_000) }), stream('two\n')]),
      cell(1, 'code', 'b'),
    );
    expect(cells).toHaveLength(1);
    expect(cells[0]?.outputs).toEqual([{ ...stream('one\n'), lines: 1 }]);
  });

  it('say what was cut, so that nobody types into half a text', () => {
    expect(head(cell(0, 'code', 'x\n'.repeat(1000))).cells[0]?.whole).toBe(false);
    expect(head(cell(0, 'markdown', '$x^2_1$ '.repeat(1000))).cells[0]).toMatchObject({ whole: false, html: '' });
  });

  it.each([
    ['source', { jupyter: { source_hidden: true } }],
    ['outputs', { jupyter: { outputs_hidden: true } }],
    ['section', { 'jp-MarkdownHeadingCollapsed': true }],
    ['scrolled outputs', { scrolled: true }],
  ])('end before what looks otherwise: hidden %s', (_, metadata) => {
    const { cells } = head(cell(0, 'code', 'a'), cell(1, 'code', 'b', [], metadata), cell(2, 'code', 'c'));
    expect(cells.map(({ id }) => id)).toEqual(['cell-0']);
  });
});
