import { assertNever } from '#lib/core/fault.ts';
import type { CellId } from '#lib/core/ids.ts';
import { isHidden, isScrolled } from '#lib/core/notebook/hidden-parts.ts';
import type { CellContent, CellType } from '#lib/core/notebook/model.ts';
import type { Output, StreamOutput } from '#lib/core/notebook/output.ts';
import type { Run } from '#lib/core/session/state.ts';
import { weighJson } from '#lib/core/session/weigh-json.ts';
import { readImageSize } from './image-size.ts';
import { renderMarkdown } from './markdown.ts';
import { renderOutput, type RenderedOutput } from './output.ts';

/**
 * The beginning of a notebook as a page shows it before any script has run: rendered where the notebook is, so that the
 * browser only has to paint it. Plain data, about 100 kB at most.
 */
export type RenderedHead = {
  readonly cells: readonly HeadCell[];
  /** Of the whole notebook; null when only its beginning was read. */
  readonly cellCount: number | null;
};

/** The end of a notebook, for who goes there before the whole of it is open. As large as a head. */
export type RenderedTail = {
  /** In their order; the last one is the notebook's last. */
  readonly cells: readonly HeadCell[];
  /** Of the whole notebook. */
  readonly cellCount: number;
};

export type HeadCell = {
  readonly id: CellId;
  readonly type: CellType;
  /** Empty for Markdown, which is not typed into before its code is there. */
  readonly source: string;
  /** All of it is here: what is typed into `source` can be carried over, and a Markdown cell without `html` is empty. */
  readonly whole: boolean;
  /** A Markdown cell as safe HTML; null for other cells. */
  readonly html: string | null;
  readonly outputs: readonly HeadOutput[];
  readonly executionCount: number | null;
  readonly run: Run | null;
};

/** What is shown of an output; a stream is text, which the screen shows by itself. */
export type HeadOutput = RenderedOutput | StreamOutput;

/** A cell as it is known on the server. */
export type HeadSource = {
  readonly content: CellContent;
  readonly outputs: readonly Output[];
  readonly executionCount: number | null;
  readonly run: Run | null;
};

type ResolveUrl = (address: string) => string | null;

/** A tall screen, and a bit. CSS pixels. */
const enoughHeight = 1_500;
const mostCells = 24;
/** Of all strings together, UTF-16 units. */
const mostCharacters = 100_000;
/** Of one source and of one output: more is below any first screen. */
const mostLines = 120;
const mostOfOne = 24_000;
/** Of a bundle that is markup: a longer one takes the server too long before anything is painted. */
const mostOfMarkup = 60_000;
/** A picture that is not larger travels in the page; of a larger one there is a box of its size. */
const mostOfImage = 12_000;
const mostOutputs = 12;

/** Takes cells until they fill a screen. Ends before what hidden parts would make look otherwise. */
export function renderHead(
  cells: Iterable<HeadSource>,
  cellCount: number | null,
  resolveUrl: ResolveUrl,
): RenderedHead {
  const head: HeadCell[] = [];
  let height = 0;
  let left = mostCharacters;
  for (const source of cells) {
    if (head.length >= mostCells || height >= enoughHeight || left <= 0) break;
    const { metadata } = source.content;
    if (
      isHidden(metadata, 'section') ||
      isHidden(metadata, 'source') ||
      isHidden(metadata, 'outputs') ||
      isScrolled(metadata) === true
    )
      break;
    const { cell, complete } = renderCell(source, left, resolveUrl);
    left -= weigh(cell);
    if (left < 0 && head.length > 0) break;
    head.push(cell);
    height += roughHeight(cell, source.content.source);
    // What stands below would jump when the rest of this one comes.
    if (!complete) break;
  }
  return { cells: head, cellCount };
}

/** Takes cells from the end, the last one first, until they fill a screen. */
export function renderTail(fromEnd: Iterable<HeadSource>, cellCount: number, resolveUrl: ResolveUrl): RenderedTail {
  return { cells: renderHead(fromEnd, cellCount, resolveUrl).cells.toReversed(), cellCount };
}

/** `complete` is false when not all of its outputs that a screen would show fit into `room` characters. */
function renderCell(
  { content, outputs, executionCount, run }: HeadSource,
  room: number,
  resolveUrl: ResolveUrl,
): { readonly cell: HeadCell; readonly complete: boolean } {
  const { id, type, attachments } = content;
  const source = cut(content.source);
  let whole = source === content.source;
  // Half a formula or a table would look like another text: a long one is left for the page itself.
  let html = type !== 'markdown' ? null : whole ? renderMarkdown(source, { attachments, resolveUrl }) : '';
  // A few kilobytes of formulas are megabytes of HTML.
  if (html !== null && html.length > room) [html, whole] = ['', false];
  const shown: HeadOutput[] = [];
  const wanted = type === 'code' ? outputs.slice(0, mostOutputs) : [];
  let left = room - source.length;
  let complete = true;
  for (const output of wanted) {
    const rendered = isHeavy(output) ? undefined : renderOne(output, attachments, resolveUrl);
    if (rendered === null) continue;
    left -= rendered === undefined ? 0 : JSON.stringify(rendered).length;
    complete = rendered !== undefined && left >= 0;
    if (rendered === undefined || left < 0) break;
    shown.push(rendered);
  }
  return {
    cell: {
      id,
      type,
      source: type === 'markdown' ? '' : source,
      whole,
      html,
      executionCount,
      run,
      outputs: shown,
    },
    complete,
  };
}

/** Whether it would take long to find out how large it is on a screen. */
function isHeavy(output: Output): boolean {
  if (output.output_type !== 'display_data' && output.output_type !== 'execute_result') return false;
  if (output.stored !== undefined) return true;
  return ['text/html', 'text/markdown', 'text/latex'].some(
    (mime) => weighJson(output.data[mime] ?? null).characters > mostOfMarkup,
  );
}

function renderOne(output: Output, attachments: CellContent['attachments'], resolveUrl: ResolveUrl): HeadOutput | null {
  if (output.output_type === 'stream')
    return { ...shortened(output), text: cut(output.text), lines: output.lines ?? countLines(output.text) - 1 };
  const rendered = renderOutput(shorten(output), { attachments, resolveUrl });
  return rendered === null ? null : withoutLargeImage(rendered);
}

function shortened({ stored, ...output }: StreamOutput): StreamOutput {
  return stored === undefined ? output : { ...output, stored: { ...stored, head: cut(stored.head), chunks: [] } };
}

/** Long text is cut before it is rendered: its end is out of sight, in a box that scrolls. */
function shorten(output: Output): Output {
  switch (output.output_type) {
    case 'error':
      return { ...output, evalue: cut(output.evalue), traceback: output.traceback.slice(0, mostLines).map(cut) };
    case 'display_data':
    case 'execute_result': {
      const text = output.data['text/plain'];
      return typeof text === 'string' ? { ...output, data: { ...output.data, 'text/plain': cut(text) } } : output;
    }
    case 'stream':
    case 'unknown':
    case 'withheld':
      return output;
    default:
      return assertNever(output);
  }
}

function withoutLargeImage(rendered: RenderedOutput): RenderedOutput {
  if (rendered.kind === 'frame') {
    const fallback = rendered.fallback === null ? null : withoutLargeImage(rendered.fallback);
    return { ...rendered, fallback: fallback?.kind === 'frame' ? null : fallback };
  }
  if (rendered.kind !== 'image' || rendered.url.length <= mostOfImage || !rendered.url.startsWith('data:'))
    return rendered;
  const size = readImageSize(rendered.mime, rendered.url.slice(rendered.url.indexOf(',') + 1));
  return { ...rendered, url: emptyImage(size?.width ?? rendered.width ?? 1, size?.height ?? rendered.height ?? 1) };
}

/** A picture of nothing that takes the room of the real one, whatever the styles of the page make of its size. */
function emptyImage(width: number, height: number): string {
  return `data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='${width}' height='${height}'/%3E`;
}

function cut(text: string): string {
  let end = Math.min(text.length, mostOfOne);
  let at = -1;
  for (let line = 0; line < mostLines; line++) {
    at = text.indexOf('\n', at + 1);
    if (at === -1 || at >= end) break;
    if (line === mostLines - 1) end = at;
  }
  return text.slice(0, end);
}

const weigh = (cell: HeadCell): number => JSON.stringify(cell).length;

/** Much too small rather than too large: a cell too many costs little, one too few leaves a hole. */
function roughHeight({ html, outputs }: HeadCell, source: string): number {
  const lines =
    html === null ? countLines(source) * 20 + 24 : Math.min(source.length / 8, countLines(source) * 18) + 12;
  return outputs.reduce((sum, output) => sum + outputHeight(output), lines);
}

function outputHeight(output: HeadOutput): number {
  if ('output_type' in output) return Math.min(480, countLines(output.text) * 16);
  switch (output.kind) {
    case 'stream':
    case 'error':
      return Math.min(480, countLines(output.text) * 16);
    case 'image':
      return Math.min(output.height ?? 20, 600);
    case 'html':
      return output.text === undefined ? 20 : Math.min(480, countLines(output.text) * 16);
    case 'frame':
      return 20 + (output.fallback === null ? 0 : outputHeight(output.fallback));
    default:
      return assertNever(output);
  }
}

const countLines = (text: string): number => text.split('\n').length;
