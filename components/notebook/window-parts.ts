import type { CellId } from '#lib/core/ids.ts';
import type { HeightIndex } from './height-index.ts';

/** What the list is made of, from top to bottom: cells in the page, and gaps as high as the cells that are not. */
export type WindowPart =
  | { readonly kind: 'cell'; readonly id: CellId; readonly place: number }
  | { readonly kind: 'gap'; readonly key: string; readonly height: number };

/** Places from `from` to `to`, both included; none when `to < from`. */
export type PlaceRange = { readonly from: number; readonly to: number };

/** The parts for a range of cells near the view and single cells that stay in the page wherever the view is. */
export function windowParts(index: HeightIndex, range: PlaceRange, pinned: readonly number[]): readonly WindowPart[] {
  const places: number[] = [];
  for (let place = range.from; place <= range.to; place += 1) places.push(place);
  for (const place of pinned) if (place < range.from || place > range.to) places.push(place);
  places.sort((one, other) => one - other);
  const parts: WindowPart[] = [];
  let next = 0;
  for (const place of places) {
    const id = index.ids[place];
    if (id === undefined || place < next) continue;
    if (place > next) parts.push(gap(index, next, place, id));
    parts.push({ kind: 'cell', id, place });
    next = place + 1;
  }
  if (next < index.ids.length) parts.push(gap(index, next, index.ids.length, 'end'));
  return parts;
}

function gap(index: HeightIndex, from: number, to: number, before: string): WindowPart {
  return { kind: 'gap', key: `gap before ${before}`, height: index.offsetOf(to) - index.offsetOf(from) };
}

/** Whether two lists show the same: no rendering is needed then. */
export function sameParts(one: readonly WindowPart[], other: readonly WindowPart[]): boolean {
  return one.length === other.length && one.every((part, at) => samePart(part, other[at]));
}

function samePart(one: WindowPart, other: WindowPart | undefined): boolean {
  if (one.kind === 'cell') return other?.kind === 'cell' && one.id === other.id && one.place === other.place;
  return other?.kind === 'gap' && one.key === other.key && Math.abs(one.height - other.height) < 0.5;
}
