import { expect, test } from 'vitest';
import type { Output } from '#lib/core/notebook/output.ts';
import { withholdOutputs } from '#lib/core/session/withhold.ts';
import { outputsHeight } from './outputs-height.ts';

const stream = (text: string): Output => ({ output_type: 'stream', name: 'stdout', text });
const bundle = (data: Record<string, string>, metadata = {}): Output => ({
  output_type: 'display_data',
  data,
  metadata,
});
const image = (metadata: object): Output => bundle({ 'image/png': 'iVBO'.repeat(999) }, metadata);

test.each<[string, Output[], number]>([
  ['nothing', [], 0],
  ['one line', [stream('a\n')], 8 + 19.5],
  ['three lines, two outputs', [stream('a\nb\n'), stream('c')], 8 + 39 + 4 + 8 + 19.5],
  ['a long line', [stream('x'.repeat(1_201))], 8 + 11 * 19.5],
  ['a flood', [stream('x\n'.repeat(100_000))], 8 + 480 + 28],
  ['a table', [bundle({ 'text/html': `<table>${'<tr><td>1</td></tr>'.repeat(99)}</table>` })], 8 + 99 * 28.5],
  ['an image', [image({ width: 100, height: 50 })], 8 + 50],
  ['an image wider than the page', [image({ width: 9_440, height: 500 })], 8 + 50],
  ['an absurd image', [image({ width: 1e12, height: -5 })], 8 + 240],
  ['more outputs than are mounted', Array.from({ length: 200 }, () => stream('x')), 50 * (4 + 8 + 19.5) + 28 - 4],
])('%s', (_, outputs, height) => {
  expect(outputsHeight(outputs)).toBe(height);
  expect(outputsHeight(withholdOutputs(outputs))).toBeCloseTo(height, -2);
});
