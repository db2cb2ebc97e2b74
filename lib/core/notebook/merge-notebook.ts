/**
 * Three-way merge of notebooks by cell id: what `theirs` did since `base` becomes edits of `ours`. Serves a file that
 * changed on disk (theirs) under an open document (ours), and a browser that comes back to another history of the
 * document (ours) with unsent edits (theirs). No cell is lost or doubled; what only one side changed is taken from it.
 */

import type { CellId } from '#lib/core/ids.ts';
import { longestIncreasing } from './align-cells.ts';
import { jsonEqual } from './json-ranges.ts';
import { mergeObject } from './merge-object.ts';
import { mergeText } from './merge-text.ts';
import type { CellConflict, CellContent, NotebookContent, NotebookEdit } from './model.ts';

export type MergeOptions = {
  /**
   * What happens to a source that both sides changed. `keepOurs` (default): ours stays, the conflict is reported.
   * `mergeText`: both changes are made line by line; only where lines collide both are kept, and that is reported.
   */
  readonly conflicts?: 'keepOurs' | 'mergeText' | undefined;
};

export type NotebookMerge = { readonly edits: readonly NotebookEdit[]; readonly conflicts: readonly CellConflict[] };

/** Edits that bring what `theirs` changed since `base` into `ours`, and the cells that both changed. */
export function mergeNotebook(
  base: NotebookContent,
  ours: NotebookContent,
  theirs: NotebookContent,
  options: MergeOptions = {},
): NotebookMerge {
  const edits: NotebookEdit[] = [];
  const conflicts: CellConflict[] = [];
  const [inBase, inOurs, inTheirs] = [byId(base), byId(ours), byId(theirs)];
  const gone = new Set<CellId>();
  for (const [id, old] of inBase) {
    const our = inOurs.get(id);
    if (!our || inTheirs.has(id)) continue;
    if (sameCell(old, our)) {
      edits.push({ type: 'DeleteCell', cellId: id });
      gone.add(id);
    } else {
      conflicts.push({ cellId: id, ours: our.source, theirs: null });
    }
  }

  const wanted = new Set<CellId>();
  for (const [id, their] of inTheirs) {
    if (inOurs.has(id)) continue;
    const old = inBase.get(id);
    if (old && sameCell(old, their)) continue; // we deleted what they left alone
    if (old) conflicts.push({ cellId: id, ours: null, theirs: their.source });
    wanted.add(id);
  }
  for (const edit of placeCells(base, ours, theirs, gone, wanted)) edits.push(edit);

  for (const [id, their] of inTheirs) {
    const our = inOurs.get(id);
    if (our) mergeCell(inBase.get(id), our, their, options, edits, conflicts);
  }
  const metadata = mergeObject(base.metadata, ours.metadata, theirs.metadata);
  if (!jsonEqual(metadata, ours.metadata)) edits.push({ type: 'SetNotebookMetadata', metadata });
  return { edits, conflicts };
}

function byId(content: NotebookContent): Map<CellId, CellContent> {
  return new Map(content.cells.map((cell) => [cell.id, cell]));
}

function sameCell(a: CellContent, b: CellContent): boolean {
  return (
    a.source === b.source &&
    a.type === b.type &&
    jsonEqual(a.metadata, b.metadata) &&
    jsonEqual(a.attachments, b.attachments)
  );
}

/** Inserts the cells that are `wanted`, and moves those that they moved and we did not. Ours are without those `gone`. */
function placeCells(
  base: NotebookContent,
  ours: NotebookContent,
  theirs: NotebookContent,
  gone: ReadonlySet<CellId>,
  wanted: ReadonlySet<CellId>,
): NotebookEdit[] {
  const edits: NotebookEdit[] = [];
  const order = ours.cells.map((cell) => cell.id).filter((id) => !gone.has(id));
  const here = new Set(order);
  // Mostly the next one: notebooks are long, and both orders alike.
  let hint = 0;
  const placeOf = (id: CellId): number => {
    if (order[hint] !== id) hint = order[hint + 1] === id ? hint + 1 : order.indexOf(id);
    return hint;
  };
  const movedByThem = movedCells(base, theirs);
  const movedByUs = movedCells(base, ours);
  let after: CellId | null = null;
  for (const cell of theirs.cells) {
    if (wanted.has(cell.id)) {
      edits.push({ type: 'InsertCell', cell, after });
      order.splice(after === null ? 0 : placeOf(after) + 1, 0, cell.id);
      here.add(cell.id);
    } else if (!here.has(cell.id)) {
      continue; // we deleted it
    } else if (movedByThem.has(cell.id) && !movedByUs.has(cell.id)) {
      const at = placeOf(cell.id);
      if ((order[at - 1] ?? null) !== after) {
        order.splice(at, 1);
        order.splice(after === null ? 0 : placeOf(after) + 1, 0, cell.id);
        edits.push({ type: 'MoveCell', cellId: cell.id, after });
      }
    }
    after = cell.id;
  }
  return edits;
}

/** Cells of both that do not stand in the order they had: as few as explain the new order. */
function movedCells(base: NotebookContent, next: NotebookContent): Set<CellId> {
  const places = new Map(base.cells.map((cell, index) => [cell.id, index]));
  const common = next.cells.flatMap((cell) => {
    const place = places.get(cell.id);
    return place === undefined ? [] : [{ id: cell.id, place }];
  });
  const still = new Set(longestIncreasing(common.map(({ place }) => place)));
  return new Set(common.filter((_, index) => !still.has(index)).map(({ id }) => id));
}

function mergeCell(
  base: CellContent | undefined,
  ours: CellContent,
  theirs: CellContent,
  options: MergeOptions,
  edits: NotebookEdit[],
  conflicts: CellConflict[],
): void {
  const id = ours.id;
  if (theirs.source !== ours.source && theirs.source !== base?.source) {
    if (base && ours.source === base.source) {
      edits.push({ type: 'SetSource', cellId: id, source: theirs.source });
    } else {
      const merged =
        options.conflicts === 'mergeText' ? mergeText(base?.source ?? '', ours.source, theirs.source) : null;
      if (merged && merged.text !== ours.source) edits.push({ type: 'SetSource', cellId: id, source: merged.text });
      if (!merged || merged.collided) conflicts.push({ cellId: id, ours: ours.source, theirs: theirs.source });
    }
  }
  if (base && theirs.type !== base.type && ours.type === base.type) {
    edits.push({ type: 'SetCellType', cellId: id, cellType: theirs.type });
  }
  const metadata = mergeObject(base?.metadata ?? {}, ours.metadata, theirs.metadata);
  if (!jsonEqual(metadata, ours.metadata)) edits.push({ type: 'SetCellMetadata', cellId: id, metadata });
  const merged = mergeObject(base?.attachments ?? {}, ours.attachments ?? {}, theirs.attachments ?? {});
  const attachments = Object.keys(merged).length === 0 ? undefined : merged;
  if (!jsonEqual(attachments ?? {}, ours.attachments ?? {}))
    edits.push({ type: 'SetAttachments', cellId: id, attachments });
}
