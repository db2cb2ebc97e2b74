import { randomBytes } from 'node:crypto';
import type * as Y from 'yjs';
import { cellId as toCellId, type CellId } from '#lib/core/ids.ts';
import { orderedCellIds } from '#lib/core/notebook/cell-order.ts';
import type { CellConflict, CellType, NotebookEdit } from '#lib/core/notebook/model.ts';
import { cellText } from '#lib/core/notebook/notebook-doc.ts';

/** What a person's choice in a conflict changes. The document holds `ours` until then. */
export function resolveConflict(
  doc: Y.Doc,
  { cellId, theirs }: CellConflict,
  choice: 'ours' | 'theirs' | 'both',
  type: CellType,
): NotebookEdit[] {
  const here = cellText(doc, cellId) !== undefined;
  const insert = (id: CellId, source: string): NotebookEdit => {
    const after = here ? cellId : (orderedCellIds(doc).at(-1) ?? null);
    return { type: 'InsertCell', cell: { id, type, source, metadata: {} }, after };
  };
  if (choice === 'theirs') {
    if (theirs === null) return [{ type: 'DeleteCell', cellId }];
    return [here ? { type: 'SetSource', cellId, source: theirs } : insert(cellId, theirs)];
  }
  if (choice === 'both' && theirs !== null) return [insert(here ? newCellId() : cellId, theirs)];
  return [];
}

const newCellId = (): CellId => toCellId(randomBytes(4).toString('hex'));
