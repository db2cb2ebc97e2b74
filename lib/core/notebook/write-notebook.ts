/**
 * Writes a notebook into the bytes it was read from: what did not change keeps its bytes, a changed cell has only its
 * changed members replaced. Only a file of format 2 or 3 that was edited is written anew, as 4.5.
 */

import type { CellId } from '#lib/core/ids.ts';
import type { JsonObject } from '#lib/core/json.ts';
import { findMember, jsonEqual, JsonScanner, type Member, parseRange, type Range } from './json-ranges.ts';
import type { CellLayout, NotebookFile } from './layout.ts';
import type { Notebook, NotebookCell } from './model.ts';
import { patchCell } from './patch-cell.ts';
import { shiftCell, shiftMember } from './placed-cell.ts';
import { type ReadCell, readCell, withId } from './read-cell.ts';
import { renderCell } from './render-cell.ts';
import { lineIndent, patchObject, patchValue, renderJson, type Renderable } from './render-json.ts';

export { emptyNotebook } from './repair-notebook.ts';

type Splice = { readonly range: Range; readonly text: string };

/** Whether the results of a cell are known to be those of the file: they are not looked into then. */
export type SameResults = (id: CellId) => boolean;

/** One cell of the text to be written: the file's cell at `seat` as it is, or else `text`. */
type Piece = { readonly seat: number; readonly text: string | null; readonly id: CellId };

/**
 * The text of `file` with the content of `next`. Nothing changed gives the very same text. A readonly file is never
 * changed: refuse edits of it earlier.
 */
export function writeNotebook(file: NotebookFile, next: Notebook): string {
  return rewriteNotebook(file, next).text;
}

/**
 * As `writeNotebook`, with the file as reading that text would give it. Costs what changed: other cells are neither
 * written nor read again. `file` is null when the text has to be read.
 */
export function rewriteNotebook(
  file: NotebookFile,
  next: Notebook,
  sameResults: SameResults = () => false,
): { readonly text: string; readonly file: NotebookFile | null } {
  if (file.readonly !== null) return { text: file.text, file };
  const array = file.layout.cellsArray;
  if (array === null)
    return isUnchanged(file, next) ? { text: file.text, file } : { text: writeWhole(file, next), file: null };
  const metadata = spliceMetadata(file, next.metadata);
  const pieces = piecesOf(file, next, sameResults);
  const keepsOrder = pieces.length === file.cells.length && pieces.every(({ seat }, index) => seat === index);
  const isSame = keepsOrder && pieces.every(({ text }) => text === null);
  if (isSame && metadata.length === 0) return { text: file.text, file };
  const cells = isSame ? null : keepsOrder ? replaceCells(file, pieces) : arrangeCells(file, array, pieces);
  const text = applySplices(file.text, [...metadata, ...(cells?.splices ?? [])]);
  return {
    text,
    file: cells !== null && metadata.length === 0 ? replaceLayout(file, text, pieces, cells.starts) : null,
  };
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

function piecesOf(file: NotebookFile, next: Notebook, sameResults: SameResults): Piece[] {
  const seats = new Map(file.cells.map((cell, index) => [cell.id, index]));
  return next.cells.map((cell) => {
    const seat = seats.get(cell.id) ?? -1;
    const old = file.cells[seat];
    if (old === undefined) return { seat, text: renderNew(file, cell), id: cell.id };
    const text = old === cell ? null : patchCell(file, seat, old, cell, sameResults(cell.id));
    return { seat, text, id: cell.id };
  });
}

type Placement = {
  readonly splices: Splice[];
  /** Where each cell starts in the new text. */ readonly starts: number[];
};

function replaceCells(file: NotebookFile, pieces: readonly Piece[]): Placement {
  const splices: Splice[] = [];
  const starts: number[] = [];
  let shift = 0;
  pieces.forEach(({ text, seat }) => {
    const range = file.layout.cells[seat]?.range ?? { start: 0, end: 0 };
    starts.push(range.start + shift);
    if (text === null) return;
    splices.push({ range, text });
    shift += text.length - (range.end - range.start);
  });
  return { splices, starts };
}

/** The white space around the cells of an array: kept where there is some, the file's style where there is none. */
function surroundings(file: NotebookFile, array: Range) {
  const { text, layout } = file;
  const { style } = layout;
  const first = layout.cells[0]?.range;
  const last = layout.cells.at(-1)?.range;
  const base = lineIndent(text, array.start);
  const lead = first
    ? text.slice(array.start + 1, first.start)
    : style.indent === null
      ? ''
      : style.eol + base + style.indent;
  const tail = last ? text.slice(last.end, array.end - 1) : style.indent === null ? '' : style.eol + base;
  const inner = lead.includes('\n') ? lead.slice(lead.lastIndexOf('\n') + 1) : base;
  return { lead, tail, inner };
}

function renderNew(file: NotebookFile, cell: NotebookCell): string {
  const { inner } = surroundings(file, file.layout.cellsArray ?? { start: 0, end: 0 });
  return renderJson(renderCell(cell, file, hasIds(file)), file.layout.style, inner, true);
}

/** The array of cells in a new order: cells and the separators between neighbours that stay neighbours are kept. */
function arrangeCells(file: NotebookFile, array: Range, cells: readonly Piece[]): Placement {
  const { text, layout } = file;
  if (cells.length === 0) return { splices: [{ range: array, text: '[]' }], starts: [] };
  const { lead, tail } = surroundings(file, array);
  const separators = layout.cells
    .slice(1)
    .map((cell, index) => text.slice(layout.cells[index]?.range.end, cell.range.start));
  const separator = mostFrequent(separators) ?? (lead === '' ? layout.style.comma : `,${lead}`);
  const parts: string[] = [`[${lead}`];
  const starts: number[] = [];
  let at = array.start + 1 + lead.length;
  cells.forEach(({ seat, text: changed }, index) => {
    if (index > 0) {
      const neighbours = seat > 0 && cells[index - 1]?.seat === seat - 1;
      const between = neighbours ? (separators[seat - 1] ?? separator) : separator;
      parts.push(between);
      at += between.length;
    }
    const range = layout.cells[seat]?.range;
    const part = changed ?? text.slice(range?.start, range?.end);
    parts.push(part);
    starts.push(at);
    at += part.length;
  });
  return { splices: [{ range: array, text: `${parts.join('')}${tail}]` }], starts };
}

/** The file after its cells were placed anew: only what was written is read. Null when that has to be done with all. */
function replaceLayout(
  file: NotebookFile,
  text: string,
  pieces: readonly Piece[],
  starts: readonly number[],
): NotebookFile | null {
  const { layout } = file;
  const array = layout.cellsArray;
  if (array === null || layout.nonFinite.length > 0) return null;
  const layouts: CellLayout[] = [];
  const cells: NotebookCell[] = [];
  for (const [index, { seat, text: written, id }] of pieces.entries()) {
    const start = starts[index] ?? 0;
    const before = layout.cells[seat];
    const old = file.cells[seat];
    if (written === null) {
      if (before === undefined || old === undefined) return null;
      layouts.push(shiftCell(before, start - before.range.start));
      cells.push(old);
      continue;
    }
    const read = scanCell(written);
    if (read === null) return null;
    layouts.push(shiftCell(read.layout, start));
    cells.push(withId(id, read.cell));
  }
  const grown = text.length - file.text.length;
  const move = (member: Member): Member =>
    member.value.start === array.start
      ? { ...member, value: { start: array.start, end: array.end + grown } }
      : member.keyStart < array.start
        ? member
        : shiftMember(member, grown);
  return {
    ...file,
    text,
    cells,
    layout: {
      ...layout,
      root: { start: layout.root.start, end: layout.root.end + grown },
      members: layout.members.map(move),
      cellsArray: { start: array.start, end: array.end + grown },
      cells: layouts,
    },
  };
}

/** A written cell, read on its own. Throws for what is no cell: then the writer is wrong, and nothing may be written. */
function scanCell(text: string): { readonly cell: ReadCell; readonly layout: CellLayout } | null {
  const scanner = new JsonScanner(text);
  const { members, end } = scanner.readMembers(0, 2);
  scanner.expectEnd(end);
  if (scanner.nonFinite.length > 0) return null;
  const id = findMember(members, 'id');
  const fileId = id === undefined ? null : parseRange(text, id.value, []);
  return {
    cell: readCell(text, members, []),
    layout: { range: { start: 0, end }, members, fileId: typeof fileId === 'string' ? fileId : null },
  };
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
