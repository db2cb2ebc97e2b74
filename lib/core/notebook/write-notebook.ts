/**
 * Writes a notebook into the bytes it was read from: what did not change keeps its bytes, a changed cell has only its
 * changed members replaced. Only a file of format 2 or 3 that was edited is written anew, as 4.5.
 */

import type { JsonObject } from '#lib/core/json.ts';
import { jsonEqual, parseRange, type Range } from './json-ranges.ts';
import type { NotebookFile } from './layout.ts';
import type { Notebook, NotebookCell } from './model.ts';
import { patchCell } from './patch-cell.ts';
import { renderCell } from './render-cell.ts';
import { lineIndent, patchObject, patchValue, renderJson, type Renderable } from './render-json.ts';

export { emptyNotebook } from './repair-notebook.ts';

type Splice = { readonly range: Range; readonly text: string };

/**
 * The text of `file` with the content of `next`. Nothing changed gives the very same text. A readonly file is never
 * changed: refuse edits of it earlier.
 */
export function writeNotebook(file: NotebookFile, next: Notebook): string {
  if (file.readonly !== null) return file.text;
  if (file.layout.cellsArray === null) return isUnchanged(file, next) ? file.text : writeWhole(file, next);
  const splices: Splice[] = [
    ...spliceMetadata(file, next.metadata),
    ...spliceCells(file, file.layout.cellsArray, next),
  ];
  return applySplices(file.text, splices);
}

function isUnchanged(file: NotebookFile, next: Notebook): boolean {
  return (
    jsonEqual(file.metadata, next.metadata) &&
    file.cells.length === next.cells.length &&
    file.cells.every((cell, index) => cell === next.cells[index] || jsonEqual(cell, next.cells[index]))
  );
}

function applySplices(text: string, splices: readonly Splice[]): string {
  const pieces: string[] = [];
  let from = 0;
  for (const { range, text: inserted } of [...splices].sort((a, b) => a.range.start - b.range.start)) {
    pieces.push(text.slice(from, range.start), inserted);
    from = range.end;
  }
  pieces.push(text.slice(from));
  return pieces.join('');
}

function spliceMetadata(file: NotebookFile, next: JsonObject): Splice[] {
  if (file.metadata === next || jsonEqual(file.metadata, next)) return [];
  const { members, nonFinite, style } = file.layout;
  const { text } = file;
  const member = members.findLast((candidate) => candidate.key === 'metadata');
  if (member) {
    const old = parseRange(text, member.value, nonFinite);
    const value = patchValue(text, member.value, old, next, style, nonFinite);
    return [{ range: member.value, text: renderJson(value, style, lineIndent(text, member.value.start)) }];
  }
  const last = members.at(-1);
  if (!last) return [];
  // The new member goes behind the last one, so that the array of cells can be spliced on its own.
  const added = patchObject('{}', { start: 0, end: 2 }, new Map([['metadata', next]]), style);
  const body =
    style.indent === null ? style.comma + added.slice(1, -1) : `,${added.slice(1, added.lastIndexOf(style.eol))}`;
  return [{ range: { start: last.value.end, end: last.value.end }, text: body }];
}

function spliceCells(file: NotebookFile, array: Range, next: Notebook): Splice[] {
  const places = new Map(file.cells.map((cell, index) => [cell.id, index]));
  const seats = next.cells.map((cell) => places.get(cell.id) ?? -1);
  const changedText = (cell: NotebookCell, index: number): string | null => {
    const old = file.cells[index];
    return old === undefined || old === cell ? null : patchCell(file, index, old, cell);
  };
  if (seats.length === file.cells.length && seats.every((seat, index) => seat === index)) {
    return next.cells.flatMap((cell, index) => {
      const changed = changedText(cell, index);
      const range = file.layout.cells[index]?.range;
      return changed === null || !range ? [] : [{ range, text: changed }];
    });
  }
  return [{ range: array, text: arrangeCells(file, array, next, seats, changedText) }];
}

/** The array of cells in a new order: cells and the separators between neighbours that stay neighbours are kept. */
function arrangeCells(
  file: NotebookFile,
  array: Range,
  next: Notebook,
  seats: readonly number[],
  changedText: (cell: NotebookCell, index: number) => string | null,
): string {
  const { text, layout } = file;
  const { style } = layout;
  if (next.cells.length === 0) return '[]';
  const first = layout.cells[0]?.range;
  const last = layout.cells.at(-1)?.range;
  const base = lineIndent(text, array.start);
  const lead = first
    ? text.slice(array.start + 1, first.start)
    : style.indent === null
      ? ''
      : style.eol + base + style.indent;
  const tail = last ? text.slice(last.end, array.end - 1) : style.indent === null ? '' : style.eol + base;
  const separators = layout.cells
    .slice(1)
    .map((cell, index) => text.slice(layout.cells[index]?.range.end, cell.range.start));
  const separator = mostFrequent(separators) ?? (lead === '' ? style.comma : `,${lead}`);
  const inner = lead.includes('\n') ? lead.slice(lead.lastIndexOf('\n') + 1) : base;
  const withId = hasIds(file);
  const pieces: string[] = ['[', lead];
  next.cells.forEach((cell, index) => {
    const seat = seats[index] ?? -1;
    if (index > 0) {
      const neighbours = seat > 0 && seats[index - 1] === seat - 1;
      pieces.push(neighbours ? (separators[seat - 1] ?? separator) : separator);
    }
    const range = layout.cells[seat]?.range;
    if (range) pieces.push(changedText(cell, seat) ?? text.slice(range.start, range.end));
    else pieces.push(renderJson(renderCell(cell, file, withId), style, inner, true));
  });
  pieces.push(tail, ']');
  return pieces.join('');
}

function mostFrequent(values: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}

/** Whether cells of this file have ids: format 4.5 asks for them, older ones forbid them. */
function hasIds(file: NotebookFile): boolean {
  return file.format.major > 4 || (file.format.major === 4 && file.format.minor >= 5);
}

function writeWhole(file: NotebookFile, next: Notebook): string {
  const indent = file.layout.style.indent ?? ' ';
  const style = { ...file.layout.style, indent, colon: ': ', comma: ',', sorted: true, lists: true };
  const root: Renderable = {
    cells: next.cells.map((cell) => renderCell(cell, file, true)),
    metadata: next.metadata,
    nbformat: 4,
    nbformat_minor: 5,
  };
  const end = /\s*$/.exec(file.text)?.[0] ?? '';
  return renderJson(root, style, '') + (end === '' ? '' : style.eol);
}
