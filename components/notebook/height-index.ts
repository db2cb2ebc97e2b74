import type { CellId } from '#lib/core/ids.ts';

/** Browsers stop laying out around 2^24 px (Firefox) to 2^25 px (Chromium): what is not shown takes less room before that. */
const longestPage = 14_000_000;

/**
 * How high each cell of an ordered list is, in CSS pixels, and where it begins: O(log n) per question and per change of
 * one height (a Fenwick tree), O(n) when the order changes. Heights are measured where the cell was on screen, and
 * estimated where it was not; both are remembered by id through every change of order.
 */
export class HeightIndex {
  readonly #estimate: (id: CellId) => number;
  readonly #measured = new Map<CellId, number>();
  readonly #estimated = new Map<CellId, number>();
  #ids: readonly CellId[] = [];
  #places = new Map<CellId, number>();
  #heights = new Float64Array(0);
  /** `#sums[i]`: the sum of heights of the `i & -i` cells that end at place `i`, counted from 1. */
  #sums = new Float64Array(1);
  #total = 0;
  /** No cell out of sight counts for more: 100,000 cells would otherwise be higher than a page may be. */
  #tallest = Number.POSITIVE_INFINITY;

  constructor(estimate: (id: CellId) => number) {
    this.#estimate = estimate;
  }

  get ids(): readonly CellId[] {
    return this.#ids;
  }

  /** Height of all cells. */
  get total(): number {
    return this.#total;
  }

  setOrder(ids: readonly CellId[]): void {
    this.#ids = ids;
    this.#tallest = ids.length === 0 ? Number.POSITIVE_INFINITY : Math.max(24, longestPage / ids.length);
    this.#places = new Map();
    this.#heights = new Float64Array(ids.length);
    for (const [place, id] of ids.entries()) {
      this.#places.set(id, place);
      this.#heights[place] = Math.min(this.#knownOf(id), this.#tallest);
    }
    for (const known of [this.#measured, this.#estimated]) {
      if (known.size <= ids.length * 2 + 1_000) continue;
      for (const id of known.keys()) if (!this.#places.has(id)) known.delete(id);
    }
    this.#sum();
  }

  /** Estimates all cells anew that were never measured: more is known of what they hold. */
  estimateAgain(): void {
    this.#estimated.clear();
    this.setOrder(this.#ids);
  }

  /** Place of a cell from 0; undefined when it is not in the list. */
  placeOf(id: CellId): number | undefined {
    return this.#places.get(id);
  }

  heightOf(place: number): number {
    return this.#heights[place] ?? 0;
  }

  /** Sets the height of a cell as it is on screen, or as it counts once it is not: `inSight` lifts the limit. */
  set(id: CellId, height: number, inSight: boolean): boolean {
    const place = this.#places.get(id);
    if (place === undefined) return false;
    this.#measured.set(id, height);
    return this.#put(place, inSight ? height : Math.min(height, this.#tallest));
  }

  /** A cell that is no longer in sight. */
  leave(id: CellId): void {
    const known = this.#measured.get(id);
    if (known !== undefined && known > this.#tallest) this.set(id, known, false);
  }

  /** Where the cell at `place` begins; the end of the list for a place behind the last. */
  offsetOf(place: number): number {
    let sum = 0;
    for (let at = Math.min(place, this.#ids.length); at > 0; at -= at & -at) sum += this.#sums[at] ?? 0;
    return sum;
  }

  /** Place of the cell at an offset; clamped to the list. 0 for an empty one. */
  placeAt(offset: number): number {
    let place = 0;
    let left = offset;
    for (let step = highestBit(this.#ids.length); step > 0; step >>= 1) {
      const next = place + step;
      const sum = this.#sums[next];
      if (next <= this.#ids.length && sum !== undefined && sum <= left) {
        place = next;
        left -= sum;
      }
    }
    return Math.max(0, Math.min(place, this.#ids.length - 1));
  }

  #put(place: number, counted: number): boolean {
    const change = counted - (this.#heights[place] ?? 0);
    if (change === 0) return false;
    this.#heights[place] = counted;
    this.#total += change;
    for (let at = place + 1; at < this.#sums.length; at += at & -at) this.#sums[at] = (this.#sums[at] ?? 0) + change;
    return true;
  }

  #knownOf(id: CellId): number {
    const known = this.#measured.get(id) ?? this.#estimated.get(id);
    if (known !== undefined) return known;
    const height = this.#estimate(id);
    this.#estimated.set(id, height);
    return height;
  }

  #sum(): void {
    const { length } = this.#heights;
    this.#sums = new Float64Array(length + 1);
    this.#total = 0;
    for (let at = 1; at <= length; at += 1) {
      const height = this.#heights[at - 1] ?? 0;
      this.#total += height;
      this.#sums[at] = (this.#sums[at] ?? 0) + height;
      const parent = at + (at & -at);
      if (parent <= length) this.#sums[parent] = (this.#sums[parent] ?? 0) + (this.#sums[at] ?? 0);
    }
  }
}

function highestBit(length: number): number {
  let bit = 1;
  while (bit * 2 <= length) bit *= 2;
  return bit;
}
