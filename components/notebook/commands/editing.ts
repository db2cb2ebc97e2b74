import type { CellId } from '#lib/core/ids.ts';
import type { CellContent, CellType } from '#lib/core/notebook/model.ts';
import type { CommandParts } from './parts.ts';
import type { Selecting } from './selecting.ts';

/** Cells that were cut or copied, for all notebooks of this page. */
let clipboard: CellContent | null = null;

/** Changes of cells and their order. */
export class Editing {
  readonly #parts: CommandParts;
  readonly #selecting: Selecting;

  constructor(parts: CommandParts, selecting: Selecting) {
    this.#parts = parts;
    this.#selecting = selecting;
  }

  canEdit(): boolean {
    return this.#parts.document.canEdit();
  }

  canPaste(): boolean {
    return clipboard !== null;
  }

  insert(where: 'above' | 'below', type: CellType): void {
    const ids = this.#parts.document.cellIds();
    const active = this.#selecting.active();
    const at = active === null ? ids.length - 1 : ids.indexOf(active);
    const after = where === 'below' ? ids[at] : ids[at - 1];
    const id = this.#parts.effects.newId();
    this.#parts.document.insertCell({ id, type, source: '', metadata: {} }, after ?? null);
    this.#selecting.activate(id);
  }

  insertAfter(after: CellId, type: CellType): void {
    const id = this.#parts.effects.newId();
    this.#parts.document.insertCell({ id, type, source: '', metadata: {} }, after);
    this.#selecting.activate(id, 'edit');
  }

  deleteActive(): void {
    const id = this.#selecting.active();
    if (id === null) return;
    const next = this.#selecting.neighbour(1) ?? this.#selecting.neighbour(-1) ?? null;
    this.#parts.document.deleteCells([id]);
    this.#parts.selection.set({ active: next, mode: 'command', follow: true });
  }

  moveActive(by: -1 | 1): void {
    const id = this.#selecting.active();
    if (id === null) return;
    const ids = this.#parts.document.cellIds();
    const at = ids.indexOf(id);
    if (at + by < 0 || at + by >= ids.length) return;
    this.#parts.document.moveCell(id, by > 0 ? (ids[at + 1] ?? null) : (ids[at - 2] ?? null));
    const { mode } = this.#parts.selection.get();
    this.#parts.selection.set({ active: id, mode, follow: true });
  }

  setType(type: CellType): void {
    const id = this.#selecting.active();
    if (id !== null && this.#parts.document.cell(id)?.type !== 'unknown') this.#parts.document.setCellType(id, type);
  }

  copy(): void {
    const id = this.#selecting.active();
    if (id !== null) clipboard = this.#parts.document.content(id) ?? clipboard;
  }

  cut(): void {
    this.copy();
    this.deleteActive();
  }

  paste(): void {
    if (clipboard === null) return;
    const id = this.#parts.effects.newId();
    const ids = this.#parts.document.cellIds();
    this.#parts.document.insertCell({ ...clipboard, id }, this.#selecting.active() ?? ids.at(-1) ?? null);
    this.#selecting.activate(id);
  }

  undo(): void {
    this.#parts.document.undo();
  }

  redo(): void {
    this.#parts.document.redo();
  }
}
