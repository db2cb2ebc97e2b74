import type { CellId } from '#lib/core/ids.ts';
import type { NotebookMode } from '../selection.ts';
import { type ShownCells, shownCellsOf } from '../shown-cells.ts';
import type { CommandParts } from './parts.ts';

export type Edge = 'first' | 'last';

/**
 * Which cells are meant: moving from cell to cell, selecting several, and going between the two modes. Moves among the
 * cells that are shown.
 */
export class Selecting {
  readonly #parts: CommandParts;
  readonly #shown: ShownCells;

  constructor(parts: CommandParts) {
    this.#parts = parts;
    this.#shown = shownCellsOf(parts.document);
  }

  /** The active cell, if it still exists. */
  active(): CellId | null {
    const { active } = this.#parts.selection.get();
    return active !== null && this.#parts.document.cell(active) !== undefined ? active : null;
  }

  /** The selected cells that still exist, in document order. */
  chosen(): readonly CellId[] {
    const { selected } = this.#parts.selection.get();
    const active = this.active();
    if (selected.size === 0) return active === null ? [] : [active];
    return this.#parts.document.cellIds().filter((id) => selected.has(id));
  }

  /** What commands act on: the selected cells and what collapsed headings among them hide. */
  concerned(): readonly CellId[] {
    return this.#shown.withHidden(this.chosen());
  }

  hasSeveral(): boolean {
    return this.#parts.selection.get().selected.size > 0;
  }

  /**
   * The cell that was active when the notebook was left, or the first one, is active until a person chooses: keys work
   * at once. Takes the focus only where told to.
   */
  begin(focus: boolean, left: CellId | null = null): void {
    const first = left ?? this.#shown.get()[0];
    if (this.active() === null && first !== undefined)
      this.#parts.selection.set({ active: first, mode: 'command', follow: focus });
  }

  activate(id: CellId, mode: NotebookMode = 'command'): void {
    this.#parts.selection.set({ active: id, mode, follow: true });
  }

  /** Selects the cell `by` places further; the first one when none is active. */
  select(by: -1 | 1): void {
    const next = this.neighbour(by) ?? (this.active() === null ? this.#shown.get()[0] : undefined);
    if (next !== undefined) this.activate(next);
    else this.alone();
  }

  goTo(edge: Edge): void {
    const id = this.#edge(edge);
    if (id !== undefined) this.activate(id);
  }

  /** The active cell alone stays selected. */
  alone(): void {
    const active = this.active();
    if (active !== null) this.activate(active);
  }

  extend(by: -1 | 1): void {
    const next = this.neighbour(by);
    if (next !== undefined) this.extendTo(next);
  }

  extendToEdge(edge: Edge): void {
    const id = this.#edge(edge);
    if (id !== undefined) this.extendTo(id);
  }

  /** Selects all from the anchor to a cell, which becomes the active one. */
  extendTo(id: CellId): void {
    const ids = this.#shown.get();
    const anchor = this.#parts.selection.get().anchor ?? this.active() ?? id;
    const [from, to] = [ids.indexOf(anchor), ids.indexOf(id)].toSorted((one, other) => one - other);
    if (from === undefined || to === undefined || from < 0) return this.activate(id);
    this.choose(ids.slice(from, to + 1), id, anchor);
  }

  /** Adds a cell to the selection or takes it out; the last one stays. */
  toggle(id: CellId): void {
    const chosen = this.chosen();
    const active = this.active();
    if (!chosen.includes(id)) return this.choose([...chosen, id], id, id);
    const rest = chosen.filter((one) => one !== id);
    const next = id === active ? rest.at(-1) : active;
    if (next !== undefined && next !== null) this.choose(rest, next, next);
  }

  selectAll(): void {
    const ids = this.#shown.get();
    const active = this.active() ?? ids[0];
    if (active === undefined) return;
    const selected = new Set(ids.length > 1 ? ids : []);
    this.#parts.selection.set({ active, mode: 'command', selected, anchor: ids[0] ?? null });
  }

  /** Selects cells, one of them the active one. Brings that one into view. */
  choose(ids: readonly CellId[], active: CellId, anchor: CellId = active): void {
    const selected = new Set(ids.length > 1 ? ids : []);
    this.#parts.selection.set({ active, mode: 'command', selected, anchor, follow: true });
  }

  edit(): void {
    const id = this.active();
    if (id !== null && this.#parts.document.cell(id)?.type !== 'unknown') this.activate(id, 'edit');
  }

  /** Back to command mode: Markdown is rendered, code shown as text. */
  leaveEdit(): void {
    this.#parts.selection.set({ mode: 'command', follow: true });
  }

  /** The person went on elsewhere in the page: keys no longer type into the cell. */
  rest(): void {
    this.#parts.selection.set({ mode: 'command' });
  }

  /** The shown cell `by` places from the active one, or from `id`. */
  neighbour(by: -1 | 1, id: CellId | null = this.active()): CellId | undefined {
    if (id === null) return undefined;
    const ids = this.#shown.get();
    const at = ids.indexOf(id);
    // A cell that somebody else hid: its heading stands for it.
    const heading = at < 0 ? this.#shown.collapsedAround(id)[0] : undefined;
    return ids[(heading === undefined ? at : ids.indexOf(heading)) + by];
  }

  #edge(edge: Edge): CellId | undefined {
    return this.#shown.get().at(edge === 'first' ? 0 : -1);
  }
}
