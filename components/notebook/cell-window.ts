import type { CellId } from '#lib/core/ids.ts';
import { HeightIndex } from './height-index.ts';
import { sameParts, windowParts, type PlaceRange, type WindowPart } from './window-parts.ts';

/** Room above and below the view in which cells are in the page before they are seen, px. */
const overscan = 500;
/** Cells leave the page when they are further away than this, px. */
const keepWithin = 900;
/** Cells whose outputs are fetched before they are seen: so many px above and below the view. */
const fetchWithin = 2_000;
/** Height of the notebook's header, which lies over the top of the view, and room below a cell that is brought into view, px. */
const headroom = 56;
const footroom = 24;
/** A selection of text over more cells than this does not keep all of them in the page. */
const longestTextSelection = 200;
/** Before the size of the view is known, px. */
const firstView = 1_200;
/** Measuring, which may show that more cells are needed, ends after so many rounds in one frame. */
const mostRounds = 6;

/** The cells of a list, in order: the same array until it changes. */
export type CellOrder = {
  get(): readonly CellId[];
  subscribe(listener: () => void): () => void;
};

/** A cell and where its top is, in px below the top of the view. */
export type ViewAnchor = { readonly id: CellId; readonly top: number };

type Place = { readonly scroller: HTMLElement; readonly list: HTMLElement };
type Reveal = { readonly id: CellId; readonly block: 'nearest' | 'center' };

/**
 * Which cells of a notebook are in the page: those near the view, and the ones that must not go (the active cell, a
 * selection of text). Owns the heights, the scroll position's truth (the anchor: a cell and where it stands in the view)
 * and every programmatic scroll. Whatever grows, shrinks, comes or goes, the anchor stays where it is on the screen.
 *
 * Written by scroll and resize events, by the order of cells and by `pin` and `reveal`; read by the cell list, which
 * renders the parts and calls `settle` after each commit.
 */
export class CellWindow {
  readonly #order: CellOrder;
  readonly #index: HeightIndex;
  readonly #listeners = new Set<() => void>();
  readonly #elements = new Map<CellId, HTMLElement>();
  readonly #pins = new Map<string, readonly CellId[]>();
  #place: Place | null = null;
  #sizes: ResizeObserver | null = null;
  #range: PlaceRange = { from: 0, to: -1 };
  #parts: readonly WindowPart[] = [];
  #anchor: ViewAnchor | 'end' | null = null;
  #reveal: Reveal | null = null;
  #all = false;
  #top = 0;
  #viewHeight = firstView;
  #down = true;
  #rounds = 0;

  /** `estimate`: height in px of a cell that was never on screen. */
  constructor(order: CellOrder, estimate: (id: CellId) => number) {
    this.#order = order;
    this.#index = new HeightIndex(estimate);
    this.#index.setOrder(order.get());
    this.#parts = this.#compose();
  }

  readonly getSnapshot = (): readonly WindowPart[] => this.#parts;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Begins to follow a scroller and the list in it; the returned function lets go of them. */
  attach(scroller: HTMLElement, list: HTMLElement): () => void {
    this.#place = { scroller, list };
    this.#viewHeight = scroller.clientHeight;
    this.#sizes = new ResizeObserver(() => this.#resized());
    this.#sizes.observe(scroller);
    for (const element of this.#elements.values()) this.#sizes.observe(element);
    const off = this.#order.subscribe(() => this.#update());
    const scrolled = () => this.#scrolled();
    const selected = () => this.#keepSelectedText();
    scroller.addEventListener('scroll', scrolled, { passive: true });
    document.addEventListener('selectionchange', selected);
    this.#update();
    this.settle();
    return () => {
      // The scroller may be gone already: where the view stood is known without it.
      this.#anchor = this.#top <= 0 ? null : this.#anchor;
      off();
      scroller.removeEventListener('scroll', scrolled);
      document.removeEventListener('selectionchange', selected);
      this.#sizes?.disconnect();
      this.#sizes = null;
      this.#place = null;
    };
  }

  /** A cell's element came into the page (or left it: null). */
  register(id: CellId, element: HTMLElement | null): void {
    const before = this.#elements.get(id);
    if (before === element) return;
    if (before !== undefined) this.#sizes?.unobserve(before);
    if (element === null) {
      this.#elements.delete(id);
      this.#index.leave(id);
      return;
    }
    this.#elements.set(id, element);
    this.#sizes?.observe(element);
  }

  /** Keeps cells in the page under a name, wherever the view is; an empty list lets go of them. */
  pin(name: string, ids: readonly CellId[]): void {
    const before = this.#pins.get(name) ?? [];
    if (before.length === ids.length && before.every((id, at) => id === ids[at])) return;
    this.#pins.set(name, ids);
    this.#update();
  }

  /** All cells into the page, for printing. */
  showAll(all: boolean): void {
    this.#all = all;
    this.#update();
  }

  /** Scrolls a cell into view, as little as needed or into the middle. */
  reveal(id: CellId, block: Reveal['block'] = 'nearest'): void {
    if (this.#index.placeOf(id) === undefined) this.#update();
    this.#reveal = { id, block };
    if (this.#elements.has(id)) this.settle();
    else this.#update();
  }

  /** Scrolls as little as needed for a part of the page to be seen; `top` and `bottom` in client px. */
  revealBand(top: number, bottom: number): void {
    if (this.#place === null) return;
    const { scroller } = this.#place;
    const view = scroller.getBoundingClientRect();
    const by = overflowOf(top - view.top, bottom - view.top, scroller.clientHeight);
    if (by !== 0) this.#scrollTo(scroller.scrollTop + by);
  }

  /** Whether any of a cell is in the view. Reads nothing from the page. */
  sees(id: CellId): boolean {
    const at = this.#index.placeOf(id);
    if (at === undefined || this.#place === null) return false;
    const bottom = this.#top + this.#viewHeight;
    return this.#index.offsetOf(at) < bottom && this.#index.offsetOf(at + 1) > this.#top;
  }

  /** More is known of cells that were never on screen: their heights are estimated again. */
  estimateAgain(): void {
    this.#index.estimateAgain();
    this.#update();
  }

  /** Ids of cells near the view, nearest to the top of the view first: what they show is worth fetching. */
  near(): readonly CellId[] {
    const { from, to } = this.#around(fetchWithin, fetchWithin);
    const first = this.#index.placeAt(this.#top);
    return this.#index.ids
      .slice(from, to + 1)
      .map((id, at) => ({ id, far: Math.abs(from + at - first) }))
      .toSorted((one, other) => one.far - other.far)
      .map(({ id }) => id);
  }

  /** Where the view stands, to come back to it. Null at the very top. */
  anchor(): ViewAnchor | null {
    if (this.#place !== null && this.#place.scroller.scrollTop <= 0) return null;
    if (this.#anchor !== 'end') return this.#anchor;
    const last = this.#index.ids.length - 1;
    const id = this.#index.ids[last];
    return id === undefined ? null : { id, top: this.#index.offsetOf(last) - this.#top };
  }

  /** Comes back to a place, now or when the list is attached. A cell that is gone is ignored. */
  restore(anchor: ViewAnchor): void {
    if (this.#index.placeOf(anchor.id) === undefined) return;
    this.#anchor = anchor;
    this.#reveal = null;
    this.#top = this.#index.offsetOf(this.#index.placeOf(anchor.id) ?? 0) - anchor.top;
    this.#update();
    this.settle();
  }

  /**
   * Measures what is in the page, puts the anchor back to where it was on the screen, brings a cell into view that is
   * waited for, and asks for more cells where measuring has shown that there is room. Called after each commit and
   * after each change of a size, before the browser paints.
   */
  settle(): void {
    if (!this.#measure()) return;
    this.#rounds += 1;
    if (this.#rounds === 1) requestAnimationFrame(() => (this.#rounds = 0));
    if (this.#rounds <= mostRounds) this.#update();
  }

  /** Sizes changed after layout. Cells that come into the page now would be observed too late for this frame. */
  #resized(): void {
    if (this.#measure()) requestAnimationFrame(() => this.#update());
  }

  #measure(): boolean {
    const place = this.#place;
    // Nothing has a size in a pane that is not displayed: a phone shows one of two.
    if (place === null || place.scroller.clientHeight === 0) return false;
    for (const [id, element] of this.#elements) this.#index.set(id, element.getBoundingClientRect().height, true);
    if (this.#reveal === null) this.#holdAnchor(place);
    else this.#bringIntoView(place, this.#reveal);
    this.#look(place);
    return true;
  }

  #scrolled(): void {
    const place = this.#place;
    if (place === null) return;
    const before = this.#top;
    this.#look(place);
    if (this.#top !== before) this.#down = this.#top > before;
    // Where holding the anchor was what scrolled, it stays: browsers round positions, and chosen anew it would drift.
    const off = this.#offAnchor(place);
    if (off === null || Math.abs(off) >= 1) this.#anchor = this.#anchorAt(place);
    this.#update();
  }

  /** Reads where the view is and how high: `#top` is the offset in the list at the top of the view. */
  #look({ scroller, list }: Place): void {
    this.#viewHeight = scroller.clientHeight;
    this.#top = scroller.getBoundingClientRect().top - list.getBoundingClientRect().top;
  }

  /** The first cell that begins in the view; where none does, the one that fills it. At the very end: the end. */
  #anchorAt({ scroller }: Place): ViewAnchor | 'end' | null {
    if (scroller.scrollTop <= 0) return null;
    if (scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 1) return 'end';
    const line = this.#top + headroom;
    let at = this.#index.placeAt(line);
    if (this.#index.offsetOf(at) < line - 1) {
      const next = this.#index.offsetOf(at + 1);
      if (at + 1 < this.#index.ids.length && next < this.#top + scroller.clientHeight - footroom) at += 1;
    }
    const id = this.#index.ids[at];
    return id === undefined ? null : { id, top: this.#index.offsetOf(at) - this.#top };
  }

  #holdAnchor(place: Place): void {
    const { scroller } = place;
    if (this.#anchor === 'end') return this.#scrollTo(scroller.scrollHeight);
    const off = this.#offAnchor(place);
    if (off !== null && Math.abs(off) >= 1) this.#scrollTo(scroller.scrollTop + off);
  }

  /** How far below its place in the view the anchor is, px; null where no cell in the page holds the view. */
  #offAnchor({ scroller }: Place): number | null {
    if (this.#anchor === null || this.#anchor === 'end') return null;
    const element = this.#elements.get(this.#anchor.id);
    if (element === undefined) return null;
    return element.getBoundingClientRect().top - scroller.getBoundingClientRect().top - this.#anchor.top;
  }

  #bringIntoView(place: Place, { id, block }: Reveal): void {
    const element = this.#elements.get(id);
    if (element === undefined) return;
    this.#reveal = null;
    const { scroller } = place;
    const rect = element.getBoundingClientRect();
    const view = scroller.getBoundingClientRect();
    const top = rect.top - view.top;
    const by =
      block === 'center' && (top < headroom || top + rect.height > scroller.clientHeight - footroom)
        ? top - Math.max(headroom, (scroller.clientHeight - rect.height) / 2)
        : overflowOf(top, top + rect.height, scroller.clientHeight);
    if (by === 0) return;
    this.#scrollTo(scroller.scrollTop + by);
    // Held until the scroll event chooses anew: what comes into the page around it is only estimated yet.
    this.#anchor = { id, top: element.getBoundingClientRect().top - scroller.getBoundingClientRect().top };
  }

  #scrollTo(top: number): void {
    if (this.#place !== null) this.#place.scroller.scrollTop = top;
  }

  #update(): void {
    const ids = this.#order.get();
    if (ids !== this.#index.ids) this.#reorder(ids);
    const parts = this.#compose();
    if (sameParts(parts, this.#parts)) return;
    this.#parts = parts;
    for (const listener of Array.from(this.#listeners)) listener();
  }

  #reorder(ids: readonly CellId[]): void {
    const before = this.#index.ids;
    this.#index.setOrder(ids);
    if (this.#anchor === null || this.#anchor === 'end') return;
    if (this.#index.placeOf(this.#anchor.id) !== undefined) return;
    // The cell that held the view is gone: the next one that is left takes its place.
    const { id, top } = this.#anchor;
    const next = before.slice(before.indexOf(id)).find((other) => this.#index.placeOf(other) !== undefined);
    this.#anchor = next === undefined ? null : { id: next, top };
  }

  #compose(): readonly WindowPart[] {
    const last = this.#index.ids.length - 1;
    if (this.#all) return windowParts(this.#index, { from: 0, to: last }, []);
    const need = this.#around(this.#down ? overscan / 2 : overscan, this.#down ? overscan : overscan / 2);
    const keep = this.#around(keepWithin, keepWithin);
    const overlaps = this.#range.from <= need.to && this.#range.to >= need.from;
    this.#range = overlaps
      ? {
          from: Math.min(need.from, Math.max(keep.from, this.#range.from)),
          to: Math.max(need.to, Math.min(keep.to, this.#range.to)),
        }
      : need;
    const pinned: number[] = [];
    const pins = [...this.#pins.values(), this.#reveal === null ? [] : [this.#reveal.id]];
    if (this.#anchor !== null && this.#anchor !== 'end') pins.push([this.#anchor.id]);
    for (const ids of pins) for (const id of ids) pinned.push(this.#index.placeOf(id) ?? -1);
    return windowParts(
      this.#index,
      this.#range,
      [...new Set(pinned)].filter((place) => place >= 0),
    );
  }

  #around(above: number, below: number): PlaceRange {
    if (this.#index.ids.length === 0) return { from: 0, to: -1 };
    return {
      from: this.#index.placeAt(Math.max(0, this.#top - above)),
      to: this.#index.placeAt(this.#top + this.#viewHeight + below),
    };
  }

  /** Text that is selected over several cells stays in the page, so that it can be copied. */
  #keepSelectedText(): void {
    const selection = document.getSelection();
    if (selection === null || selection.isCollapsed || this.#place === null) return this.pin('text', []);
    const from = this.#placeOfNode(selection.anchorNode);
    const to = this.#placeOfNode(selection.focusNode);
    if (from === undefined || to === undefined || from === to) return this.pin('text', []);
    const first = Math.min(from, to);
    const length = Math.min(Math.abs(from - to) + 1, longestTextSelection);
    this.pin('text', this.#index.ids.slice(first, first + length));
  }

  #placeOfNode(node: Node | null): number | undefined {
    const element = node instanceof Element ? node : (node?.parentElement ?? null);
    const cell = element?.closest<HTMLElement>('[data-cell-id]') ?? null;
    if (cell === null || this.#place?.list.contains(cell) !== true) return undefined;
    return this.#index.placeOf((cell.dataset['cellId'] ?? '') as CellId);
  }
}

/** How far to scroll so that a band shows whole, or at least its beginning; 0 when it does, or when it fills the view. */
function overflowOf(top: number, bottom: number, viewHeight: number): number {
  const low = viewHeight - footroom;
  if (top >= headroom && bottom <= low) return 0;
  if (top < headroom && bottom > low) return 0;
  if (top < headroom) return top - headroom;
  return Math.min(bottom - low, top - headroom);
}
