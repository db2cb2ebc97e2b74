import type { CellId } from '#lib/core/ids.ts';
import type { CellContent, CellType } from '#lib/core/notebook/model.ts';
import type { Collapsing } from './collapsing.ts';
import type { CommandParts } from './parts.ts';
import type { Selecting } from './selecting.ts';

type NewCell = Omit<CellContent, 'id'>;

/** Changes of cells and their order. Each is one step of undo and shows what it changed. */
export class Editing {
  readonly #parts: CommandParts;
  readonly #selecting: Selecting;
  readonly #collapsing: Collapsing;

  constructor(parts: CommandParts, selecting: Selecting, collapsing: Collapsing) {
    this.#parts = parts;
    this.#selecting = selecting;
    this.#collapsing = collapsing;
  }

  canEdit(): boolean {
    return this.#parts.document.canEdit();
  }

  /** A new cell above the active one, or below it (the end, when none is active). */
  insert(where: 'above' | 'below', type: CellType, source = ''): void {
    const ids = this.#parts.document.cellIds();
    const active = this.#selecting.active();
    const at = active === null ? ids.length - 1 : ids.indexOf(active);
    const id = this.add([{ type, source, metadata: {} }], ids[where === 'below' ? at : at - 1] ?? null)[0];
    if (id !== undefined) this.#selecting.activate(id);
  }

  /** Inserts cells under new ids, or their own where that is free again, and opens what would hide them. */
  add(cells: readonly (CellContent | NewCell)[], after: CellId | null): readonly CellId[] {
    const { document, effects } = this.#parts;
    const named = cells.map((cell) => {
      const own = 'id' in cell && document.cell(cell.id) === undefined ? cell.id : null;
      return { ...cell, id: own ?? effects.newId() };
    });
    this.#collapsing.keepShown(() => {
      document.insertCells(named, after);
      return named[0]?.id;
    });
    return named.map(({ id }) => id).filter((id) => document.cell(id) !== undefined);
  }

  insertAfter(after: CellId, type: CellType): void {
    const id = this.add([{ type, source: '', metadata: {} }], after)[0];
    if (id !== undefined) this.#selecting.activate(id, 'edit');
  }

  /** Copies of cells behind the last selected one, or before the first; they become the selection. */
  place(cells: readonly CellContent[], where: 'above' | 'below'): void {
    const ids = this.#parts.document.cellIds();
    const concerned = this.#selecting.concerned();
    const first = concerned[0];
    const after =
      where === 'below'
        ? (concerned.at(-1) ?? ids.at(-1))
        : first === undefined
          ? undefined
          : ids[ids.indexOf(first) - 1];
    const added = this.add(cells, after ?? null);
    const last = added.at(-1);
    if (last !== undefined) this.#selecting.choose(added, last, added[0]);
  }

  duplicate(): void {
    this.place(this.#contents(this.#selecting.concerned()), 'below');
  }

  /** Deletes the selected cells, but not those that say they may not be. */
  remove(): void {
    const concerned = this.#selecting.concerned();
    const { document, effects } = this.#parts;
    const gone = concerned.filter((id) => document.cell(id)?.metadata['deletable'] !== false);
    if (gone.length < concerned.length)
      effects.say('A protected cell was kept', 'Its metadata says “deletable: false”.');
    const [first, last] = [gone[0], gone.at(-1)];
    if (first === undefined || last === undefined) return;
    const next = this.#outside(gone, last, 1) ?? this.#outside(gone, first, -1) ?? null;
    this.#collapsing.keepShown(() => {
      document.deleteCells(gone);
      return undefined;
    });
    this.#parts.selection.set({ active: next, mode: 'command', follow: true });
  }

  /** Moves the selected cells as one block by one shown cell. */
  move(by: -1 | 1): void {
    const moving = this.#selecting.concerned();
    const from = by < 0 ? moving[0] : moving.at(-1);
    const target = from === undefined ? undefined : this.#outside(moving, from, by);
    if (target === undefined) return;
    const ids = this.#parts.document.cellIds();
    const after = by < 0 ? ids[ids.indexOf(target) - 1] : this.#collapsing.withHidden([target]).at(-1);
    this.moveTo(moving, after ?? null);
  }

  /** Moves cells as a block behind another one (null: first); what was selected stays selected. */
  moveTo(ids: readonly CellId[], after: CellId | null): void {
    const { document, selection } = this.#parts;
    const { active, mode, selected, anchor } = selection.get();
    this.#collapsing.keepShown(() => {
      document.moveCells(ids, after);
      return ids[0];
    });
    selection.set({ active, mode, selected, anchor, follow: true });
  }

  setType(type: CellType): void {
    const { document } = this.#parts;
    const ids = this.#selecting.concerned().filter((id) => document.cell(id)?.type !== 'unknown');
    document.editCells(() => {
      for (const id of ids) document.setCellType(id, type);
    });
  }

  undo(): void {
    this.#show(this.#parts.document.undo());
  }

  redo(): void {
    this.#show(this.#parts.document.redo());
  }

  #show(id: CellId | null): void {
    if (id !== null) this.#selecting.activate(this.#collapsing.headingOf(id));
  }

  #contents(ids: readonly CellId[]): readonly CellContent[] {
    return ids.flatMap((id) => this.#parts.document.content(id) ?? []);
  }

  /** The nearest shown cell from `id` on that is not one of `ids`. */
  #outside(ids: readonly CellId[], id: CellId, by: -1 | 1): CellId | undefined {
    const inside = new Set(ids);
    const heading = this.#collapsing.headingOf(id);
    let next = this.#selecting.neighbour(by, inside.has(heading) ? heading : id);
    while (next !== undefined && inside.has(next)) next = this.#selecting.neighbour(by, next);
    return next;
  }
}
