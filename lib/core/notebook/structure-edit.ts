/**
 * Changes of a notebook's structure that can be taken back without taking back what others did. Each one, when it is
 * applied, answers the change that undoes it; that one looks at the document as it is by then, and leaves alone what
 * somebody else has changed:
 *
 * - A cell that was inserted stays when somebody else wrote in it.
 * - A deleted cell comes back as it was when it was deleted, at its place among the others.
 * - A move, a type or a key of metadata goes back only while it is still what it was set to.
 * - Replaced text goes back only where what it became still stands.
 * - Split cells are joined with the text that they have by then; joined ones are split where they were joined, and what
 *   was typed in between stays in its part.
 */

import * as Y from 'yjs';
import { assertNever } from '#lib/core/fault.ts';
import type { CellId } from '#lib/core/ids.ts';
import type { JsonObject } from '#lib/core/json.ts';
import { orderOf } from './cell-order.ts';
import { jsonEqual } from './json-ranges.ts';
import { mergeObject } from './merge-object.ts';
import type { CellContent, CellType } from './model.ts';
import {
  cellText,
  deleteCell,
  findCell,
  placeCell,
  putCell,
  readCell,
  setAttachments,
  setCellMetadata,
  setCellType,
  setSource,
} from './notebook-doc.ts';

/** The part of a cell that a split leaves behind: what it has besides its text. */
type Tail = Omit<CellContent, 'source'> & { readonly position: string };

/**
 * A place in the text of a cell: `index`, if the text from there on is still `rest`. Otherwise `position` knows it, as
 * long as what it holds on to was not deleted and put there again.
 */
export type SplitPoint = {
  readonly position: Y.RelativePosition;
  readonly index: number;
  readonly rest: string;
};

/** `from`, where it is not null, is what must still be there. */
export type StructureEdit =
  /** `shared`: others had written in it before. */
  | { readonly type: 'Put'; readonly cell: CellContent; readonly position: string; readonly shared: boolean }
  /** `unless` others wrote in it at any time, or since it was put back. */
  | { readonly type: 'Remove'; readonly cellId: CellId; readonly unless: 'ever' | 'since' | null }
  | { readonly type: 'Place'; readonly cellId: CellId; readonly position: string; readonly from: string | null }
  | { readonly type: 'SetType'; readonly cellId: CellId; readonly cellType: CellType; readonly from: CellType | null }
  /** Goes back only while the text is still what it was set to. */
  | { readonly type: 'SetSource'; readonly cellId: CellId; readonly source: string; readonly from: string | null }
  | { readonly type: 'SetMetadata'; readonly cellId: CellId; readonly from: JsonObject; readonly to: JsonObject }
  | { readonly type: 'SetAttachments'; readonly cellId: CellId; readonly from: JsonObject; readonly to: JsonObject }
  /** Text from `at` on becomes `tail`; `cut`, if it stands there, is dropped. */
  | {
      readonly type: 'Split';
      readonly cellId: CellId;
      readonly at: SplitPoint;
      readonly cut: string;
      readonly tail: Tail;
    }
  /** `was`, where it still stands, becomes `to`. `index`: UTF-16 units; `position` finds it when others typed before it. */
  | {
      readonly type: 'Replace';
      readonly cellId: CellId;
      readonly index: number;
      readonly position: Y.RelativePosition;
      readonly was: string;
      readonly to: string;
    }
  | { readonly type: 'Join'; readonly cellId: CellId; readonly tailId: CellId; readonly separator: string };

export type StructureOutcome = {
  /** Undoes it; null when nothing was changed. */
  readonly inverse: StructureEdit | null;
  /** The cell to look at now; null when there is none. */
  readonly cellId: CellId | null;
};

const nothing: StructureOutcome = { inverse: null, cellId: null };

/**
 * Applies one change. Part of a transaction.
 *
 * @param shared cells with text of others that was put there anew by this client: kept up here, asked for here.
 */
export function applyStructure(doc: Y.Doc, edit: StructureEdit, shared: Set<CellId>): StructureOutcome {
  switch (edit.type) {
    case 'Put':
      return put(doc, edit, shared);
    case 'Remove':
      return remove(doc, edit, shared);
    case 'Place':
      return place(doc, edit);
    case 'SetType': {
      const { cellId, cellType, from } = edit;
      const now = readCell(doc, cellId)?.type;
      if (now === undefined || now === cellType || (from !== null && now !== from)) return nothing;
      setCellType(doc, cellId, cellType);
      return { inverse: { type: 'SetType', cellId, cellType: now, from: cellType }, cellId };
    }
    case 'SetSource': {
      const { cellId, source, from } = edit;
      const now = cellText(doc, cellId)?.toString();
      if (now === undefined || now === source || (from !== null && now !== from)) return nothing;
      setSource(doc, cellId, source);
      return { inverse: { type: 'SetSource', cellId, source: now, from: source }, cellId };
    }
    case 'SetMetadata':
    case 'SetAttachments':
      return setObject(doc, edit);
    case 'Split':
      return split(doc, edit, shared);
    case 'Join':
      return join(doc, edit, shared);
    case 'Replace':
      return replace(doc, edit);
    default:
      return assertNever(edit);
  }
}

function put(
  doc: Y.Doc,
  { cell, position, shared }: StructureEdit & { type: 'Put' },
  known: Set<CellId>,
): StructureOutcome {
  if (findCell(doc, cell.id)) return nothing;
  // What is put there from elsewhere is another cell, though it may have the id of one that is gone.
  if (shared) known.add(cell.id);
  else known.delete(cell.id);
  putCell(doc, cell, position);
  return { inverse: { type: 'Remove', cellId: cell.id, unless: shared ? 'since' : 'ever' }, cellId: cell.id };
}

function remove(doc: Y.Doc, edit: StructureEdit & { type: 'Remove' }, shared: Set<CellId>): StructureOutcome {
  const { cellId, unless } = edit;
  const cell = readCell(doc, cellId);
  if (cell === undefined) return nothing;
  const isForeign = isWrittenByOthers(doc, cellId);
  const isShared = isForeign || shared.has(cellId);
  if ((unless === 'since' && isForeign) || (unless === 'ever' && isShared)) return { inverse: null, cellId };
  if (isShared) shared.add(cellId);
  const order = orderOf(doc);
  const position = order.position(cellId) ?? '';
  const beside = order.beside(cellId);
  deleteCell(doc, cellId);
  return { inverse: { type: 'Put', cell, position, shared: isShared }, cellId: beside };
}

function place(doc: Y.Doc, edit: StructureEdit & { type: 'Place' }): StructureOutcome {
  const { cellId, position, from } = edit;
  const now = orderOf(doc).position(cellId);
  if (now === undefined || now === position || (from !== null && now !== from)) return nothing;
  placeCell(doc, cellId, position);
  return { inverse: { type: 'Place', cellId, position: now, from: position }, cellId };
}

function setObject(doc: Y.Doc, edit: StructureEdit & { type: 'SetMetadata' | 'SetAttachments' }): StructureOutcome {
  const { type, cellId, from, to } = edit;
  const cell = readCell(doc, cellId);
  if (cell === undefined) return nothing;
  const now = type === 'SetMetadata' ? cell.metadata : (cell.attachments ?? {});
  const next = mergeObject(from, now, to);
  if (jsonEqual(now, next)) return nothing;
  if (type === 'SetMetadata') setCellMetadata(doc, cellId, next);
  else setAttachments(doc, cellId, Object.keys(next).length === 0 ? undefined : next);
  return { inverse: { type, cellId, from: next, to: now }, cellId };
}

function split(doc: Y.Doc, edit: StructureEdit & { type: 'Split' }, shared: Set<CellId>): StructureOutcome {
  const { cellId, tail } = edit;
  const text = cellText(doc, cellId);
  if (text === undefined || findCell(doc, tail.id)) return nothing;
  const source = text.toString();
  const index = resolvePoint(doc, edit.at, text, source);
  if (index === null) return nothing;
  const cut = source.startsWith(edit.cut, index) ? edit.cut : '';
  if (hasTextOfOthers(doc, text, index)) shared.add(tail.id);
  text.delete(index, source.length - index);
  const { position, ...frame } = tail;
  putCell(doc, { ...frame, source: source.slice(index + cut.length) }, position);
  return { inverse: { type: 'Join', cellId, tailId: tail.id, separator: cut }, cellId };
}

/** The place before `index`; holds on to what follows it, so that what is typed there stays before it. */
export function splitPoint(text: Y.Text, index: number): SplitPoint {
  const rest = text.toString().slice(index);
  return { position: Y.createRelativePositionFromTypeIndex(text, index, rest === '' ? -1 : 0), index, rest };
}

function resolvePoint(doc: Y.Doc, { position, index, rest }: SplitPoint, text: Y.Text, source: string): number | null {
  if (source.length - index === rest.length && source.endsWith(rest)) return index;
  const found = Y.createAbsolutePositionFromRelativePosition(position, doc);
  return found?.type === text ? found.index : null;
}

function join(doc: Y.Doc, edit: StructureEdit & { type: 'Join' }, shared: Set<CellId>): StructureOutcome {
  const { cellId, tailId, separator } = edit;
  const text = cellText(doc, cellId);
  const cell = readCell(doc, tailId);
  if (text === undefined || cell === undefined || cellId === tailId) return nothing;
  const { source, ...frame } = cell;
  if (shared.has(tailId) || isWrittenByOthers(doc, tailId)) shared.add(tailId).add(cellId);
  const end = text.length;
  if (separator + source !== '') text.insert(end, separator + source);
  const at = splitPoint(text, end);
  const tail = { ...frame, position: orderOf(doc).position(tailId) ?? '' };
  deleteCell(doc, tailId);
  return { inverse: { type: 'Split', cellId, at, cut: separator, tail }, cellId };
}

function replace(doc: Y.Doc, edit: StructureEdit & { type: 'Replace' }): StructureOutcome {
  const { cellId, was, to } = edit;
  const text = cellText(doc, cellId);
  if (text === undefined) return nothing;
  const source = text.toString();
  const moved = Y.createAbsolutePositionFromRelativePosition(edit.position, doc);
  const places = [edit.index, moved?.type === text ? moved.index : -1];
  const index = places.find((place) => place >= 0 && source.startsWith(was, place));
  if (index === undefined || was === to) return nothing;
  if (was !== '') text.delete(index, was.length);
  if (to !== '') text.insert(index, to);
  const position = Y.createRelativePositionFromTypeIndex(text, index);
  return { inverse: { type: 'Replace', cellId, index, position, was: to, to: was }, cellId };
}

/** Whether anything in a cell, text or field, is the work of another client of the document. */
function isWrittenByOthers(doc: Y.Doc, cellId: CellId): boolean {
  for (const item of findCell(doc, cellId)?._map.values() ?? [])
    if (!item.deleted && item.id.client !== doc.clientID) return true;
  return hasTextOfOthers(doc, cellText(doc, cellId), 0);
}

/** Whether others wrote any of the text from `index` on. */
function hasTextOfOthers(doc: Y.Doc, text: Y.Text | undefined, index: number): boolean {
  let end = 0;
  for (let item = text?._start ?? null; item !== null; item = item.right) {
    if (item.deleted) continue;
    if (item.countable) end += item.length;
    if (end > index && item.id.client !== doc.clientID) return true;
  }
  return false;
}
