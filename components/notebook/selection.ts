import type { CellId } from '#lib/core/ids.ts';

/** `command`: keys act on cells. `edit`: keys type into the active cell. */
export type NotebookMode = 'command' | 'edit';

/** An offset, in UTF-16 units; with another one behind it, what is between them is selected. */
export type CaretOffset = { readonly offset: number; readonly end?: number };
export type CaretGoal = { readonly x: number; readonly y: number } | CaretOffset | 'start' | 'end';

export type Selection = {
  readonly active: CellId | null;
  readonly mode: NotebookMode;
  /** Every selected cell where there are several, the active one among them; empty while that one stands alone. */
  readonly selected: ReadonlySet<CellId>;
  /** The end of a selected range that stays where it is; null: the active cell. */
  readonly anchor: CellId | null;
  /** Where the caret goes when the edit begins: a point in client pixels, or an offset. */
  readonly at: CaretGoal | null;
  /** The page should bring the active cell into view and give it the focus. */
  readonly follow: boolean;
};

const alone: Pick<Selection, 'selected' | 'anchor'> = { selected: new Set(), anchor: null };

/** Which cells are selected, which one of them is active, and in which mode. One per notebook view. */
export class SelectionStore {
  #value: Selection = { active: null, mode: 'command', ...alone, at: null, follow: false };
  readonly #listeners = new Set<() => void>();

  readonly get = (): Selection => this.#value;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Naming an active cell, or beginning to edit, leaves that cell selected alone unless `selected` says otherwise. */
  set(next: Partial<Selection>): void {
    const before = this.#value;
    const kept = next.active === undefined && next.mode !== 'edit' ? {} : alone;
    const value = { ...before, ...kept, at: null, follow: false, ...next };
    const same =
      value.active === before.active &&
      value.mode === before.mode &&
      (value.selected === before.selected || value.selected.size + before.selected.size === 0) &&
      value.anchor === before.anchor &&
      !value.follow &&
      value.at === null;
    if (same) return;
    this.#value = value;
    for (const listener of Array.from(this.#listeners)) listener();
  }
}
