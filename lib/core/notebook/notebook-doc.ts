/**
 * The shared document of a notebook: what people write. `cells` maps a cell id to its type, source, metadata,
 * attachments and position; `notebook` maps the keys of the notebook's metadata. The order of cells is that of
 * (position, id), never an array, so that two people can move cells at once. Browsers write it, through the functions
 * here; the server reads it. What a foreign client wrote is never trusted to have this shape.
 */

import * as Y from 'yjs';
import type { CellId } from '#lib/core/ids.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '#lib/core/json.ts';
import { assertNever } from '#lib/core/fault.ts';
import { orderedCellIds, orderOf } from './cell-order.ts';
import { spreadPositions } from './cell-position.ts';
import { jsonEqual } from './json-ranges.ts';
import type { CellContent, CellType, NotebookContent, NotebookEdit } from './model.ts';
import { diffText } from './text-diff.ts';

type CellMap = Y.Map<unknown>;

const cellTypes: ReadonlySet<unknown> = new Set<CellType>(['code', 'markdown', 'raw', 'unknown']);

function cellsOf(doc: Y.Doc): Y.Map<unknown> {
  return doc.getMap('cells');
}

export function findCell(doc: Y.Doc, id: CellId): CellMap | undefined {
  const cell = cellsOf(doc).get(id);
  return cell instanceof Y.Map ? (cell as CellMap) : undefined;
}

/** Puts content into an empty document, as one transaction with `origin`. */
export function fillDoc(doc: Y.Doc, content: NotebookContent, origin?: unknown): void {
  doc.transact(() => {
    const positions = spreadPositions(null, null, content.cells.length);
    content.cells.forEach((cell, index) => putCell(doc, cell, positions[index] ?? ''));
    const notebook = doc.getMap('notebook');
    for (const [key, value] of Object.entries(content.metadata)) notebook.set(key, value);
  }, origin);
}

/** Everything in the document, in order. */
export function readDoc(doc: Y.Doc): NotebookContent {
  return {
    metadata: readNotebookMetadata(doc),
    cells: orderedCellIds(doc).flatMap((id) => readCell(doc, id) ?? []),
  };
}

/** One cell of the document; undefined when there is none. */
export function readCell(doc: Y.Doc, id: CellId): CellContent | undefined {
  const cell = findCell(doc, id);
  if (!cell) return undefined;
  const type = cell.get('type');
  const source = cell.get('source');
  const attachments = cell.get('attachments');
  return {
    id,
    type: cellTypes.has(type) ? (type as CellType) : 'raw',
    source: source instanceof Y.Text ? source.toString() : typeof source === 'string' ? source : '',
    metadata: readCellMetadata(doc, id),
    ...(isPlainObject(attachments) ? { attachments } : {}),
  };
}

/** The metadata of a cell alone; empty where there is none. */
export function readCellMetadata(doc: Y.Doc, id: CellId): JsonObject {
  const metadata = findCell(doc, id)?.get('metadata');
  return isPlainObject(metadata) ? metadata : {};
}

export function readNotebookMetadata(doc: Y.Doc): JsonObject {
  const metadata: [string, JsonValue][] = [];
  for (const [key, value] of doc.getMap('notebook')) {
    if (value !== undefined && !(value instanceof Y.AbstractType)) metadata.push([key, value as JsonValue]);
  }
  return Object.fromEntries(metadata);
}

/** The source of a cell, for an editor to bind to. Undefined when the cell is gone or malformed. */
export function cellText(doc: Y.Doc, id: CellId): Y.Text | undefined {
  const source = findCell(doc, id)?.get('source');
  return source instanceof Y.Text ? source : undefined;
}

/** Inserts a cell behind `after` (null: first; a cell that is gone: last). A cell that is there already stays as it is. */
export function insertCell(doc: Y.Doc, cell: CellContent, after: CellId | null, origin?: unknown): void {
  doc.transact(() => {
    if (findCell(doc, cell.id)) return;
    putCell(doc, cell, makeRoom(doc, after, 1)[0] ?? '');
  }, origin);
}

export function deleteCell(doc: Y.Doc, id: CellId, origin?: unknown): void {
  doc.transact(() => {
    const order = orderOf(doc);
    cellsOf(doc).delete(id);
    order.refresh(id);
  }, origin);
}

/** Moves a cell behind `after` (null: first). */
export function moveCell(doc: Y.Doc, id: CellId, after: CellId | null, origin?: unknown): void {
  doc.transact(() => {
    if (!findCell(doc, id) || after === id) return;
    placeCell(doc, id, makeRoom(doc, after, 1, new Set([id]))[0] ?? '');
  }, origin);
}

/** Gives a cell this position. Part of a transaction. */
export function placeCell(doc: Y.Doc, id: CellId, position: string): void {
  const order = orderOf(doc);
  findCell(doc, id)?.set('position', position);
  order.refresh(id);
}

export function setCellType(doc: Y.Doc, id: CellId, type: CellType, origin?: unknown): void {
  setField(doc, id, 'type', type, origin);
}

export function setCellMetadata(doc: Y.Doc, id: CellId, metadata: JsonObject, origin?: unknown): void {
  setField(doc, id, 'metadata', metadata, origin);
}

export function setAttachments(doc: Y.Doc, id: CellId, attachments: JsonObject | undefined, origin?: unknown): void {
  setField(doc, id, 'attachments', attachments, origin);
}

/** Replaces the notebook's metadata; keys that stay equal are not touched. */
export function setNotebookMetadata(doc: Y.Doc, metadata: JsonObject, origin?: unknown): void {
  doc.transact(() => {
    const notebook = doc.getMap('notebook');
    for (const key of notebook.keys()) if (!Object.hasOwn(metadata, key)) notebook.delete(key);
    for (const [key, value] of Object.entries(metadata))
      if (!jsonEqual(notebook.get(key), value)) notebook.set(key, value);
  }, origin);
}

/** Makes a cell's source `source` by the smallest edits, so that cursors and what others type beside them survive. */
export function setSource(doc: Y.Doc, id: CellId, source: string, origin?: unknown): void {
  doc.transact(() => {
    const cell = findCell(doc, id);
    if (!cell) return;
    const text = cellText(doc, id);
    if (!text) {
      cell.set('source', new Y.Text(source));
      return;
    }
    for (const edit of diffText(text.toString(), source).reverse()) {
      if (edit.removed > 0) text.delete(edit.at, edit.removed);
      if (edit.inserted !== '') text.insert(edit.at, edit.inserted);
    }
  }, origin);
}

/** Applies edits in order, as one transaction with `origin`. An edit of a cell that is gone does nothing. */
export function applyEdits(doc: Y.Doc, edits: readonly NotebookEdit[], origin?: unknown): void {
  doc.transact(() => {
    for (const edit of edits) applyEdit(doc, edit);
  }, origin);
}

function applyEdit(doc: Y.Doc, edit: NotebookEdit): void {
  switch (edit.type) {
    case 'InsertCell':
      return insertCell(doc, edit.cell, edit.after);
    case 'DeleteCell':
      return deleteCell(doc, edit.cellId);
    case 'MoveCell':
      return moveCell(doc, edit.cellId, edit.after);
    case 'SetSource':
      return setSource(doc, edit.cellId, edit.source);
    case 'SetCellType':
      return setCellType(doc, edit.cellId, edit.cellType);
    case 'SetCellMetadata':
      return setCellMetadata(doc, edit.cellId, edit.metadata);
    case 'SetAttachments':
      return setAttachments(doc, edit.cellId, edit.attachments);
    case 'SetNotebookMetadata':
      return setNotebookMetadata(doc, edit.metadata);
    default:
      return assertNever(edit);
  }
}

function setField(doc: Y.Doc, id: CellId, key: string, value: unknown, origin: unknown): void {
  doc.transact(() => {
    const cell = findCell(doc, id);
    if (!cell || jsonEqual(cell.get(key), value)) return;
    if (value === undefined) cell.delete(key);
    else cell.set(key, value);
  }, origin);
}

/** Puts a cell at a position. Part of a transaction. */
export function putCell(doc: Y.Doc, cell: CellContent, position: string): void {
  const order = orderOf(doc);
  const map = new Y.Map<unknown>();
  map.set('type', cell.type);
  map.set('source', new Y.Text(cell.source));
  map.set('metadata', cell.metadata);
  if (cell.attachments) map.set('attachments', cell.attachments);
  map.set('position', position);
  cellsOf(doc).set(cell.id, map);
  order.refresh(cell.id);
}

/**
 * Positions for `count` cells behind `after`. Where cells inserted at the same time share one position, they get
 * positions of their own first: between equals there is no room. Part of a transaction.
 */
export function makeRoom(
  doc: Y.Doc,
  after: CellId | null,
  count: number,
  without?: ReadonlySet<CellId>,
): readonly string[] {
  const room = orderOf(doc).roomAfter(after, count, without);
  for (const [id, position] of room.moved) placeCell(doc, id, position);
  return room.positions;
}

function isPlainObject(value: unknown): value is JsonObject {
  return isJsonObject(value) && !(value instanceof Y.AbstractType) && !(value instanceof Uint8Array);
}
