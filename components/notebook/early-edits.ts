import type { NotebookDocument } from '#lib/client/document/notebook-document.ts';
import type { CellId } from '#lib/core/ids.ts';
import { mergeText } from '#lib/core/notebook/merge-text.ts';
import type { SelectionStore } from './selection.ts';
import { withLineFeeds } from './text-edits.ts';
import { typePlain } from './type-plain.ts';
import type { EarlyEdits } from './watch-first-cells.ts';

/** Hands out what was done with the first cells, once. */
export function takeEarlyEdits(page: Window = window): EarlyEdits | null {
  const early = page.farfieldEarly;
  if (early === undefined || (early.active === null && early.keys.length === 0)) return null;
  const taken = { ...early, fields: new Map(early.fields), keys: [...early.keys] };
  early.active = null;
  early.fields.clear();
  early.keys.length = 0;
  return taken;
}

/**
 * Carries early edits into the live document: what was typed becomes edits of the cells (merged, when a cell was changed
 * meanwhile), the chosen cell is the active one, the caret goes on where it was. False when something typed could not be
 * kept, because the notebook cannot be edited or the cell is gone.
 */
export function carryOver(early: EarlyEdits, document: NotebookDocument, selection: SelectionStore): boolean {
  let kept = true;
  for (const [id, { before, field }] of early.fields) {
    const value = withLineFeeds(field.value);
    if (value === before) continue;
    const text = document.text(id as CellId);
    if (text === undefined || !document.canEdit()) kept = false;
    else typePlain(text, mergeText(before, text.toString(), value).text);
  }
  const { active } = early;
  if (active === null || document.cell(active.cellId as CellId) === undefined) return kept;
  const field = early.fields.get(active.cellId)?.field;
  const at =
    active.mode === 'edit' && field !== undefined ? { offset: field.selectionStart, end: field.selectionEnd } : null;
  selection.set({ active: active.cellId as CellId, mode: active.mode, follow: true, at });
  return kept;
}
