import type { CellId } from '#lib/core/ids.ts';
import type { NotebookMode } from '../selection.ts';
import type { CommandParts } from './parts.ts';

/** Which cell is meant: moving from cell to cell, and between the two modes. */
export class Selecting {
  readonly #parts: CommandParts;

  constructor(parts: CommandParts) {
    this.#parts = parts;
  }

  /** The active cell, if it still exists. */
  active(): CellId | null {
    const { active } = this.#parts.selection.get();
    return active !== null && this.#parts.document.cell(active) !== undefined ? active : null;
  }

  /**
   * The cell that was active when the notebook was left, or the first one, is active until a person chooses: keys work
   * at once. Takes the focus only where told to.
   */
  begin(focus: boolean, left: CellId | null = null): void {
    const first = left ?? this.#parts.document.cellIds()[0];
    if (this.active() === null && first !== undefined)
      this.#parts.selection.set({ active: first, mode: 'command', follow: focus });
  }

  activate(id: CellId, mode: NotebookMode = 'command'): void {
    this.#parts.selection.set({ active: id, mode, follow: true });
  }

  /** Selects the cell `by` places further; the first one when none is active. */
  select(by: -1 | 1): void {
    const next = this.neighbour(by) ?? (this.active() === null ? this.#parts.document.cellIds()[0] : undefined);
    if (next !== undefined) this.activate(next);
  }

  edit(): void {
    const id = this.active();
    if (id !== null && this.#parts.document.cell(id)?.type !== 'unknown')
      this.#parts.selection.set({ mode: 'edit', follow: true });
  }

  /** Back to command mode: Markdown is rendered, code shown as text. */
  leaveEdit(): void {
    this.#parts.selection.set({ mode: 'command', follow: true });
  }

  /** The person went on elsewhere in the page: keys no longer type into the cell. */
  rest(): void {
    this.#parts.selection.set({ mode: 'command' });
  }

  /** The cell `by` places from the active one. */
  neighbour(by: -1 | 1): CellId | undefined {
    const id = this.active();
    if (id === null) return undefined;
    const ids = this.#parts.document.cellIds();
    return ids[ids.indexOf(id) + by];
  }
}
