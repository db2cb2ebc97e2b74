import type { CellId } from '#lib/core/ids.ts';
import type { ViewAnchor } from './cell-window.ts';

/** What the top of the view shows: a cell, or a place (from 0) in the middle that has not come yet. */
type Place = ViewAnchor | number;

/**
 * Where a reader is among the first and the last cells, so that the live ones come without a move. Written while the
 * reader scrolls; read when the live cells take over.
 */
export class EarlyPlace {
  #place: Place | null = null;
  #atTail = false;
  readonly #listeners = new Set<() => void>();
  #scroller: HTMLElement | null = null;

  /** Whether the last cells are seen rather than the first. */
  readonly atTail = (): boolean => this.#atTail;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Begins to follow a view; the returned function ends it, and the place is kept. */
  follow(scroller: HTMLElement): () => void {
    const look = () => {
      this.#look(scroller);
      for (const listener of Array.from(this.#listeners)) listener();
    };
    this.#scroller = scroller;
    look();
    scroller.addEventListener('scroll', look, { passive: true });
    return () => {
      scroller.removeEventListener('scroll', look);
      this.#scroller = null;
    };
  }

  /** The place as the live cells know it; null at the very top. */
  anchor(ids: readonly CellId[]): ViewAnchor | null {
    // The word of the last scroll comes with the next frame.
    if (this.#scroller?.querySelector('[data-first-cells]') != null) this.#look(this.#scroller);
    if (typeof this.#place !== 'number') return this.#place;
    const id = ids[Math.min(this.#place, ids.length - 1)];
    return id === undefined ? null : { id, top: 0 };
  }

  #look(scroller: HTMLElement): void {
    this.#place = null;
    this.#atTail = false;
    if (scroller.scrollTop <= 0) return;
    const view = scroller.getBoundingClientRect();
    for (const part of scroller.querySelectorAll<HTMLElement>('[data-first-cells] > *')) {
      const { top, bottom, height } = part.getBoundingClientRect();
      if (bottom <= view.top) continue;
      const { cellId, gapFrom, gapCount } = part.dataset;
      if (cellId !== undefined) {
        this.#place ??= { id: cellId as CellId, top: top - view.top };
        if (part.dataset['tail'] !== undefined) this.#atTail = true;
      } else if (top <= view.top && height > 0)
        this.#place ??= Number(gapFrom) + Math.floor((Number(gapCount) * (view.top - top)) / height);
      if (bottom >= view.bottom) return;
    }
  }
}
