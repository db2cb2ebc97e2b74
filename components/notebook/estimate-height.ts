import { outputsHeight } from '#components/output/outputs-height.ts';
import type { CellType } from '#lib/core/notebook/model.ts';
import type { Output } from '#lib/core/notebook/output.ts';
import { editorPadding, lineHeight, tallestText } from './editor-metrics.ts';

/** Room of a cell above and below what it holds, and the border of its text (cell-view.module.css), px. */
const around = 10;
/** Between a cell's text and its outputs (cell-body.module.css), px. */
const outputsRoom = 4;
/** Rendered prose: one line, and how many characters fit on it at the usual width. */
const proseLine = 22;
const proseColumns = 110;

export type CellShape = { readonly type: CellType; readonly source: string; readonly outputs: readonly Output[] };

/** Height in px of a cell that was never on screen, near enough for a scroll bar. */
export function estimateCellHeight({ type, source, outputs }: CellShape): number {
  if (type === 'markdown') return around + proseHeight(source);
  const text = Math.min(tallestText, countLines(source) * lineHeight + 2 * editorPadding);
  return around + text + (outputs.length === 0 ? 0 : outputsRoom + outputsHeight(outputs));
}

function proseHeight(source: string): number {
  let height = 8;
  for (const line of source.split('\n', 400)) {
    if (line.trim() === '') height += 10;
    else if (line.startsWith('#')) height += 40;
    else height += proseLine * Math.ceil(line.length / proseColumns);
  }
  return Math.max(28, height);
}

/** Lines of a text; a huge one is not read to its end. */
function countLines(text: string): number {
  let lines = 1;
  for (let at = text.indexOf('\n'); at !== -1 && lines < 100_000; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
