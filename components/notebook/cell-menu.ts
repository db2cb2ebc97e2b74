/** Where a cell's menu opens: at a point of the screen, in client pixels. */
export type MenuPoint = { readonly x: number; readonly y: number };

/** Whether the menu of the selected cells is open, and where. One per notebook view. */
export class CellMenuStore {
  #point: MenuPoint | null = null;
  readonly #listeners = new Set<() => void>();

  readonly get = (): MenuPoint | null => this.#point;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  readonly set = (point: MenuPoint | null): void => {
    this.#point = point;
    for (const listener of Array.from(this.#listeners)) listener();
  };
}
