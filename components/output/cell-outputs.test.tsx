import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { cellId, notebookId } from '#lib/core/ids.ts';
import { type Marker, markerOutput, withLost } from '#lib/core/notebook/marker.ts';
import type { Output } from '#lib/core/notebook/output.ts';
import { CellOutputs } from './cell-outputs.tsx';
import { OutputsPlaceContext } from './whole-text-store.ts';
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
    ['a long line', stream('x'.repeat(1_000_000)), '992,000 characters left out'],
    ['a long line has a button', stream('x'.repeat(1_000_000)), 'Show more (1,000,000 characters)'],
    ['a flood', stream('x\n'.repeat(100_000)), '98,800 lines left out'],
    ['text that a terminal would have overwritten', stream('10%\r20%\n'), '>20%\n<'],
  ])('%s', (_name, output, expected) => {
    expect(show([output])).toContain(expected);
  });

  const stored = { head: 'begin\n', characters: 9e6, bytes: 9e6, lines: 999_000, chunks: [] };

  test('a stored text shows its beginning, how much is between, and its end', () => {
    const html = show([stream('last\n', { lines: 999_002, stored })]);
    expect(html).toContain('begin');
    expect(html).toContain('… 999,000 lines (9.0 MB) between, kept on the server');
    expect(html).toContain('last');
    expect(html).toContain('data-lines="999002"');
    // Of no open notebook there is nobody to ask.
    expect(html).not.toContain('Show all');
    const place = { notebookId: notebookId('n'), cellId: cellId('c') };
    const inNotebook = renderToStaticMarkup(
      <OutputsPlaceContext value={place}>
        <CellOutputs outputs={[stream('x'), stream('last\n', { stored: { ...stored, lines: 0 } })]} />
      </OutputsPlaceContext>,
    );
    expect(inNotebook).toContain('Show all');
    expect(inNotebook).toContain('… 9.0 MB between');
    expect(inNotebook).toContain(
      'href="/api/v1/outputs/text/download?notebookId=n&amp;cellId=c&amp;output=1" download=""',
    );
  });

  test('of a stored text a bounded part is in the page', () => {
    const long = { ...stored, head: 'y'.repeat(16_000) };
    expect(show([stream('z'.repeat(64_000), { stored: long })]).length).toBeLessThan(40_000);
  });

  test('forms that an output is shown without are said before what is left of it', () => {
    const lost: Marker[] = [
      { kind: 'value', mime: 'text/html', bytes: 2_000_000, why: 'gone' },
      { kind: 'value', mime: 'text/latex', bytes: 2_000_000, why: 'large' },
    ];
    const left = withLost({ output_type: 'display_data', data: { 'text/plain': 'left' }, metadata: {} }, lost);
    expect(show([left])).toMatch(/text\/html.*text\/latex.*left/s);
    const none = show([withLost({ output_type: 'display_data', data: {}, metadata: {} }, lost)]);
    expect(none.match(/data-output="\w+"/g)).toEqual(['data-output="marker"', 'data-output="marker"']);
  });

  test.each<[Marker, string]>([
    [{ kind: 'gap', messages: 3, cause: 'connection' }, '3 messages of the kernel are missing here'],
    [{ kind: 'limited', setting: '--x', limit: null, messages: null }, 'Cut at the gateway'],
    [{ kind: 'refused', bytes: null, mostBytes: 1024 ** 2 }, 'A message was refused'],
    [
      { kind: 'truncated', keptBytes: 1024 ** 2, allBytes: 9 * 1024 ** 2, whole: null, around: true },
      'The file has 1 MB of 9 MB',
    ],
  ])('a marker is a note of ours, not output: %j', (marker, words) => {
    const html = show([markerOutput(marker)]);
    expect(html).toContain(`data-output="marker" data-marker="${marker.kind}" role="note"`);
    expect(html).toContain(words);
    expect(html).not.toContain('[Farfield]');
  });

  test('shows fifty outputs and a button for the rest', () => {
    const html = show(Array.from({ length: 120 }, (_, index) => stream(`${index}`)));
    expect(html.match(/data-stream/g)).toHaveLength(50);
    expect(html).toContain('Show 50 more of 70 outputs');
  });

  test('of a flood a bounded part is in the page', () => {
    expect(show([stream('some words\n'.repeat(1_000_000))]).length).toBeLessThan(20_000);
    expect(show([stream(`${'x'.repeat(100_000)}\n`.repeat(100))]).length).toBeLessThan(200_000);
  });

  test('what is withheld keeps its room', () => {
    const html = show([{ output_type: 'withheld', kind: 'image', lines: 1, width: 400, height: 300, count: 1 }]);
    expect(html).toContain('min-height:300px');
  });

  test('an image is shown from its address, in the room of its size', () => {
    const linked = { 'image/png': { url: '/api/v1/images/abc', width: 640, height: 480 } };
    const html = show([{ output_type: 'display_data', data: { 'text/plain': '<Figure>' }, metadata: {}, linked }]);
    expect(html).toContain('src="/api/v1/images/abc" alt="&lt;Figure&gt;" width="640" height="480" decoding="async"');
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
