import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import type { Output } from '#lib/core/notebook/output.ts';
import { CellOutputs } from './cell-outputs.tsx';
import { MarkdownView } from './markdown-view.tsx';

const show = (outputs: readonly Output[]) => renderToStaticMarkup(<CellOutputs outputs={outputs} />);
const stream = (text: string, more: Partial<Extract<Output, { output_type: 'stream' }>> = {}): Output => ({
  output_type: 'stream',
  name: 'stdout',
  text,
  ...more,
});
const result = (data: Record<string, string>, metadata = {}): Output => ({
  output_type: 'display_data',
  data,
  metadata,
});

describe('CellOutputs', () => {
  test.each([
    ['counted', stream('a\nb\n'), 'data-stream="stdout" data-lines="2"'],
    ['received in total', stream('b\n', { lines: 900 }), 'data-lines="900"'],
    ['stderr', stream('x', { name: 'stderr' }), 'data-stream="stderr"'],
    ['other streams like stdout', stream('x', { name: 'log' }), 'data-stream="stdout"'],
    [
      'error',
      { output_type: 'error', ename: 'ValueError', evalue: 'no', traceback: [] } as Output,
      'aria-label="Error: ValueError"',
    ],
    [
      'image',
      result({ 'image/png': 'iVBO', 'text/plain': '<Figure>' }, { needs_background: 'light' }),
      'data-background="light" src="data:image/png;base64,iVBO" alt="&lt;Figure&gt;"',
    ],
    [
      'table',
      result({ 'text/html': '<table class="dataframe"><tr><td>1</td></tr></table>' }),
      'tabindex="0"><div class="output-html"><table class="dataframe">',
    ],
    ['frame', result({ 'text/html': '<script>x</script>', 'text/plain': 'fallback' }), 'fallback'],
    ['long text', stream('x\n'.repeat(41)), 'Show more (41 lines)'],
  ])('%s', (_name, output, expected) => {
    expect(show([output])).toContain(expected);
  });

  test('shows fifty outputs and a button for the rest', () => {
    const html = show(Array.from({ length: 120 }, (_, index) => stream(`${index}`)));
    expect(html.match(/data-stream/g)).toHaveLength(50);
    expect(html).toContain('Show 50 more of 70 outputs');
  });

  test('short text has no button', () => {
    expect(show([stream('x\n')])).not.toContain('Show more');
  });
});

test('MarkdownView renders attachments', () => {
  const html = renderToStaticMarkup(
    <MarkdownView source="![a](attachment:a.png)" attachments={{ 'a.png': { 'image/png': 'iVBO' } }} />,
  );
  expect(html).toContain('src="data:image/png;base64,iVBO"');
});
