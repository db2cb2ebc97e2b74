import type { CellId } from '#lib/core/ids.ts';

/** `command`: keys act on cells. `edit`: keys type into the active cell. */
export type NotebookMode = 'command' | 'edit';

export type Selection = {
  readonly active: CellId | null;
  readonly mode: NotebookMode;
  /** Where a click began the edit, in client pixels: the caret goes there. */
  readonly at: { readonly x: number; readonly y: number } | 'start' | 'end' | null;
  /** The page should bring the active cell into view and give it the focus. */
  readonly follow: boolean;
};

/** Which cell is active and in which mode. One per notebook view; cells read whether they are it. */
export class SelectionStore {
  #value: Selection = { active: null, mode: 'command', at: null, follow: false };
  readonly #listeners = new Set<() => void>();

  readonly get = (): Selection => this.#value;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  set(next: Partial<Selection>): void {
    const value = { ...this.#value, at: null, follow: false, ...next };
    const same =
      value.active === this.#value.active && value.mode === this.#value.mode && !value.follow && value.at === null;
    if (same) return;
    this.#value = value;
    for (const listener of this.#listeners) listener();
  }
}
