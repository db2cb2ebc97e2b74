import type { CellId } from '#lib/core/ids.ts';
import type { JsonObject } from '#lib/core/json.ts';
import type { MimeBundle, Output, StoredValue, WithheldOutput } from '#lib/core/notebook/output.ts';
import { fitImage, imageBox, readImageSize, type ImageSize } from '#lib/core/render/image-size.ts';
import { wrappedLines } from '#lib/core/render/wrapped-lines.ts';
import { tracebackText } from '#lib/core/render/traceback.ts';
import { withEntry } from './shared-map.ts';
import { hasStoredValues } from './stored-values.ts';
import type { NotebookRunState } from './state.ts';
import { weighJson } from './weigh-json.ts';

/** Characters of all outputs of a cell together that are not worth a question of their own. */
const small = 512;
/** Placeholders per cell: as many as a cell shows at first, and one for the rest. */
const mostPlaceholders = 50;
const mostLines = 10_000;
/** Characters of HTML that are searched for rows. */
const mostSearched = 256 * 1024;

/**
 * The outputs of a cell as a browser gets them before it sees them: placeholders that tell enough for a guess at the
 * height, or the outputs themselves (the same array) when they are small. A placeholder stays one whatever events
 * follow, except those that empty the cell: a cell that holds one is true again once its outputs were read.
 */
export function withholdOutputs(outputs: readonly Output[]): readonly Output[] {
  let characters = 0;
  for (const output of outputs) {
    characters += 32 + weighOutput(output) + (hasStoredValues(output) ? small : 0);
    if (characters > small) break;
  }
  if (characters <= small || outputs.every((output) => output.output_type === 'withheld')) return outputs;
  const alone = outputs.length > mostPlaceholders ? mostPlaceholders - 1 : outputs.length;
  const placeholders: Output[] = outputs.slice(0, alone).map(placeholderOf);
  if (alone === outputs.length) return placeholders;
  const rest = outputs.slice(alone);
  const count = rest.reduce((sum, output) => sum + (output.output_type === 'withheld' ? output.count : 1), 0);
  return [...placeholders, { output_type: 'withheld', kind: 'other', lines: 1, count }];
}

/** Whether something of this cell is still on the server. */
export function isWithheld(outputs: readonly Output[]): boolean {
  return outputs.some((output) => output.output_type === 'withheld');
}

/** UTF-16 units that an output holds in memory, about. */
export function weighOutput(output: Output): number {
  switch (output.output_type) {
    case 'stream':
      return output.text.length + (output.stored?.head.length ?? 0);
    case 'withheld':
      return 0;
    default:
      return weighJson(output).characters;
  }
}

/** Puts true outputs, read at the state's own place in the log, in place of what is there. */
export function fillCells(
  state: NotebookRunState,
  cells: readonly { readonly cellId: CellId; readonly outputs: readonly Output[] }[],
): NotebookRunState {
  let filled = state.cells;
  for (const { cellId, outputs } of cells) {
    const present = state.cells.get(cellId);
    if (present !== undefined) filled = withEntry(filled, cellId, { ...present, outputs });
  }
  return { ...state, cells: filled };
}

/** The placeholder of one output. */
export function placeholderOf(output: Output): WithheldOutput {
  switch (output.output_type) {
    case 'withheld':
      return output;
    case 'stream':
      if (output.stored !== undefined) return { output_type: 'withheld', kind: 'text', lines: mostLines, count: 1 };
      return text('text', output.text);
    case 'error':
      return text('error', tracebackText(output));
    case 'unknown':
      return { output_type: 'withheld', kind: 'other', lines: Object.keys(output.raw).length + 1, count: 1 };
    default: {
      for (const [mime, link] of Object.entries(output.linked ?? {})) {
        return image(imageBox(mime, output.metadata), sizeOf(link.width, link.height));
      }
      return ofBundle(output.data, output.metadata, output.stored ?? {});
    }
  }
}

function text(kind: 'text' | 'error', value: string): WithheldOutput {
  return { output_type: 'withheld', kind, lines: wrappedLines(value, mostLines), count: 1 };
}

/** In the order in which the screen chooses among the forms of a bundle. */
function ofBundle(
  data: MimeBundle,
  metadata: JsonObject,
  stored: Readonly<Record<string, StoredValue>>,
): WithheldOutput {
  const read = (mime: string): string | undefined => {
    const value = data[mime];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  if (stored['text/html'] !== undefined) return { output_type: 'withheld', kind: 'other', lines: 1, count: 1 };
  const html = read('text/html');
  if (html !== undefined) {
    const rows = countRows(html);
    if (rows > 0) return { output_type: 'withheld', kind: 'table', lines: rows, count: 1 };
    if (!html.includes('<img')) return { ...text('text', html.replace(/<[^<>]{0,200}>/g, '').trim()), kind: 'other' };
  }
  const markdown = read('text/markdown') ?? read('text/latex');
  if (markdown !== undefined) return { ...text('text', markdown), kind: 'other' };
  for (const mime of ['image/svg+xml', 'image/png', 'image/jpeg', 'image/webp', 'image/gif']) {
    const known = stored[mime];
    if (known !== undefined) return image(imageBox(mime, metadata), sizeOf(known.width, known.height));
    const source = read(mime);
    if (source !== undefined) return image(imageBox(mime, metadata), naturalSize(mime, source));
  }
  const plain = read('text/plain');
  if (plain !== undefined) return text('text', plain);
  return { output_type: 'withheld', kind: 'other', lines: 1, count: 1 };
}

function image(box: Partial<ImageSize>, natural: ImageSize | null): WithheldOutput {
  return { output_type: 'withheld', kind: 'image', lines: 1, count: 1, ...fitImage(box, natural) };
}

function sizeOf(width: number | null, height: number | null): ImageSize | null {
  return width === null || height === null ? null : { width, height };
}

function countRows(html: string): number {
  const searched = html.length > mostSearched ? html.slice(0, mostSearched) : html;
  return Math.min(mostLines, searched.match(/<tr\b/gi)?.length ?? 0);
}

/** The size of an image in pixels, as its own first characters say it. */
export function naturalSize(mime: string, source: string): ImageSize | null {
  return mime === 'image/svg+xml' ? readSvgSize(source) : readImageSize(mime, source);
}

function readSvgSize(svg: string): ImageSize | null {
  const tag = /<svg\b[^>]{0,2000}>/i.exec(svg.slice(0, 8_192))?.[0] ?? '';
  const number = (name: string): number => {
    const found = new RegExp(`\\s${name}\\s*=\\s*["']\\s*([\\d.]{1,8})(pt|px)?\\s*["']`, 'i').exec(tag);
    return Number(found?.[1] ?? 0) * (found?.[2]?.toLowerCase() === 'pt' ? 4 / 3 : 1);
  };
  const width = number('width');
  const height = number('height');
  if (width >= 1 && height >= 1 && width <= 20_000 && height <= 20_000) return { width, height };
  const box = /\sviewBox\s*=\s*["'][\s,]*[-\d.]+[\s,]+[-\d.]+[\s,]+([\d.]+)[\s,]+([\d.]+)/i.exec(tag);
  const [wide, high] = [Number(box?.[1] ?? 0), Number(box?.[2] ?? 0)];
  return wide >= 1 && high >= 1 && wide <= 20_000 && high <= 20_000 ? { width: wide, height: high } : null;
}
