import { describe, expect, it } from 'vitest';
import { cellId } from '#lib/core/ids.ts';
import type { JsonObject } from '#lib/core/json.ts';
import type { CellType } from '#lib/core/notebook/model.ts';
import type { Output } from '#lib/core/notebook/output.ts';
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
const stream = (text: string): Output => ({ output_type: 'stream', name: 'stdout', text });

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
  ] as const)('stay small: %s', (_, cells) => {
    const rendered = head(...cells);
    expect(rendered.cells.length).toBeGreaterThan(0);
    expect(JSON.stringify(rendered).length).toBeLessThan(150_000);
  });

  it('say what was cut, so that nobody types into half a text', () => {
    expect(head(cell(0, 'code', 'x\n'.repeat(1000))).cells[0]?.whole).toBe(false);
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
