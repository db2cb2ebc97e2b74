import * as Y from 'yjs';
import type { CellId } from '#lib/core/ids.ts';
import type { JsonObject } from '#lib/core/json.ts';
import { orderedCellIds, orderOf } from './cell-order.ts';
import type { CellContent } from './model.ts';
import { cellText, makeRoom, readCell } from './notebook-doc.ts';
import { splitPoint, type StructureEdit } from './structure-edit.ts';

/**
 * What people do to cells, as changes that can be undone. Part of the transaction in which they are applied, for making
 * room may move cells aside.
 */

/** Cells as a block behind `after` (null: first; a cell that is gone: last). */
export function planInsert(doc: Y.Doc, cells: readonly CellContent[], after: CellId | null): StructureEdit[] {
  if (cells.length === 0) return [];
  const positions = makeRoom(doc, after, cells.length);
  return cells.map((cell, index) => ({ type: 'Put', cell, position: positions[index] ?? '', shared: false }));
}

/** Cells, in the order they have, as a block behind `after`, or behind the nearest cell above it that stays. */
export function planMove(doc: Y.Doc, ids: readonly CellId[], after: CellId | null): StructureEdit[] {
  const order = orderOf(doc);
  const moving = new Set(ids.filter((id) => order.position(id) !== undefined));
  let anchor: CellId | null = after;
  while (anchor !== null && moving.has(anchor)) anchor = order.before(anchor) ?? null;
  const all = orderedCellIds(doc);
  const block = moving.size === 1 ? [...moving] : all.filter((id) => moving.has(id));
  const start = anchor === null ? 0 : all.indexOf(anchor) + 1;
  const stands = (anchor === null || start > 0) && block.every((id, index) => all[start + index] === id);
  if (block.length === 0 || stands) return [];
  const positions = makeRoom(doc, anchor, block.length, moving);
  return block.map((cellId, index) => ({ type: 'Place', cellId, position: positions[index] ?? '', from: null }));
}

/**
 * The text from `offset` (UTF-16 units) on goes to a new cell behind this one; line ends at the cut are dropped. The
 * first part keeps its text object, so that cursors in it stay.
 */
export function planSplit(doc: Y.Doc, id: CellId, offset: number, newId: CellId): StructureEdit[] {
  const text = cellText(doc, id);
  const cell = readCell(doc, id);
  if (text === undefined || cell === undefined) return [];
  const { source, attachments: _attachments, ...frame } = cell;
  let [start, end] = [offset, offset];
  while (source[start - 1] === '\n') start--;
  while (source[end] === '\n') end++;
  const [position = ''] = makeRoom(doc, id, 1);
  const at = splitPoint(text, start);
  return [{ type: 'Split', cellId: id, at, cut: source.slice(start, end), tail: { ...frame, id: newId, position } }];
}

/** All but the first of these cells become text of the first one, which keeps its id, its type and its text object. */
export function planMerge(doc: Y.Doc, ids: readonly CellId[], separator: string): StructureEdit[] {
  const wanted = new Set(ids);
  const [first, ...rest] = orderedCellIds(doc).filter((id) => wanted.has(id));
  if (first === undefined || rest.length === 0) return [];
  const attachments: JsonObject[] = [first, ...rest].map((id) => readCell(doc, id)?.attachments ?? {});
  const from = attachments[0] ?? {};
  return [
    // Of one name the first one stays: it is the one that the first cell's text means.
    { type: 'SetAttachments', cellId: first, from, to: Object.assign({}, ...attachments.toReversed()) as JsonObject },
    ...rest.map((tailId): StructureEdit => ({ type: 'Join', cellId: first, tailId, separator })),
  ];
}

/** A part of a cell's text, in UTF-16 offsets, and what it becomes. */
export type TextReplacement = {
  readonly cellId: CellId;
  readonly start: number;
  readonly end: number;
  readonly text: string;
};

/** Parts of texts that do not overlap, each replaced by another text. All offsets are those before the first change. */
export function planReplace(doc: Y.Doc, parts: readonly TextReplacement[]): StructureEdit[] {
  // From the end of each text: the offsets before a replacement stay true.
  return parts
    .toSorted((one, other) => other.start - one.start)
    .flatMap(({ cellId, start, end, text: to }) => {
      const text = cellText(doc, cellId);
      if (text === undefined) return [];
      const position = Y.createRelativePositionFromTypeIndex(text, start);
      return [{ type: 'Replace', cellId, index: start, position, was: text.toString().slice(start, end), to }];
    });
}
