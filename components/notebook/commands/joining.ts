import type { CellId } from '#lib/core/ids.ts';
import type { Collapsing } from './collapsing.ts';
import type { Editing } from './editing.ts';
import type { CommandParts } from './parts.ts';
import type { Selecting } from './selecting.ts';

/** Between the texts of joined cells. */
const separator = '\n\n';

/** Cells made of cells: splitting, joining, headings. */
export class Joining {
  readonly #parts: CommandParts;
  readonly #selecting: Selecting;
  readonly #collapsing: Collapsing;
  readonly #editing: Editing;

  constructor(parts: CommandParts, selecting: Selecting, collapsing: Collapsing, editing: Editing) {
    this.#parts = parts;
    this.#selecting = selecting;
    this.#collapsing = collapsing;
    this.#editing = editing;
  }

  /** Splits the edited cell at its caret; with several carets or a selection at every edge of them. */
  split(): void {
    const { document, editor, selection, effects } = this.#parts;
    const id = this.#selecting.active();
    const offsets = editor.get()?.selectionOffsets() ?? [];
    if (id === null || offsets.length === 0) return;
    // From the end on, so that offsets before stay right; the last piece is the one to go on in.
    const pieces = offsets.toReversed().map((offset) => ({ offset, newId: effects.newId() }));
    document.editCells(() => {
      for (const { offset, newId } of pieces) document.splitCell(id, offset, newId);
    });
    const last = pieces[0]?.newId;
    if (last !== undefined && document.cell(last) !== undefined)
      selection.set({ active: last, mode: 'edit', at: 'start', follow: true });
  }

  canSplit(): boolean {
    return this.#editing.canEdit() && (this.#parts.editor.get()?.hasTextFocus() ?? false);
  }

  /** Joins the selected cells; the active one alone with its neighbour. */
  merge(neighbour: 'above' | 'below'): void {
    const { document, selection } = this.#parts;
    const chosen = this.#selecting.chosen();
    const ids = chosen.length > 1 ? chosen : this.#withNeighbour(chosen[0], neighbour);
    const first = ids[0];
    if (first === undefined || ids.length < 2) return;
    const { mode } = selection.get();
    this.#collapsing.keepShown(() => {
      // What a collapsed heading hides would come between.
      for (const id of ids) this.#collapsing.show(id, 'section');
      document.mergeCells(ids, separator);
      return first;
    });
    this.#selecting.activate(first, mode);
  }

  /** Makes selected Markdown cells headings of a level, 1 to 6, in place of the heading they begin with. */
  setHeading(level: number): void {
    const { document } = this.#parts;
    document.editCells(() => {
      for (const id of this.#selecting.chosen()) {
        if (document.cell(id)?.type !== 'markdown') continue;
        document.setCellSource(id, withHeading(document.cells.source(id), level));
      }
    });
  }

  isMarkdown(): boolean {
    const id = this.#selecting.active();
    return id !== null && this.#parts.document.cell(id)?.type === 'markdown';
  }

  /**
   * A new heading of the level of the section that the active cell stands in: above the cell, or below all of the
   * section. Without a section it is of level 1, and above means first.
   */
  insertHeading(where: 'above' | 'below'): void {
    const { document, selection } = this.#parts;
    const ids = document.cellIds();
    const active = this.#selecting.active();
    const section = active === null ? undefined : this.#collapsing.sectionAround(active);
    const above = section === undefined || active === null ? 0 : ids.indexOf(active);
    const at = where === 'above' ? above : (section?.end ?? ids.length);
    const source = `${'#'.repeat(section?.level ?? 1)} `;
    const id = this.#editing.add([{ type: 'markdown', source, metadata: {} }], ids[at - 1] ?? null)[0];
    if (id !== undefined) selection.set({ active: id, mode: 'edit', at: 'end', follow: true });
  }

  #withNeighbour(id: CellId | undefined, where: 'above' | 'below'): readonly CellId[] {
    const ids = this.#parts.document.cellIds();
    if (id === undefined) return [];
    const at = ids.indexOf(id);
    const other = ids[where === 'above' ? at - 1 : at + 1];
    if (other === undefined) return [];
    return where === 'above' ? [other, id] : [id, other];
  }
}

/** The text with its first line as a heading of `level`; a heading mark that it has gives way. */
export function withHeading(source: string, level: number): string {
  return `${'#'.repeat(level)} ${source.replace(/^\s*#*[^\S\n]*/, '')}`;
}
