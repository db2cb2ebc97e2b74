import { generateKeyBetween, generateNKeysBetween } from 'fractional-indexing';

/** `count` ascending positions between two positions; null is the beginning or the end. */
export function spreadPositions(low: string | null, high: string | null, count: number): string[] {
  return generateNKeysBetween(low, high, count);
}

/** The positions of a list, ascending. */
export type Positions = { readonly length: number; readonly at: (index: number) => string | undefined };

/** Positions for newcomers, and the new positions of those that have to give way, by their index. */
export type Room = { readonly positions: readonly string[]; readonly moved: ReadonlyMap<number, string> };

/**
 * Positions for `count` newcomers that come to stand at `place`, and the new positions of those that have to give way:
 * neighbours that share one position, or all of them where a position is no position at all.
 */
export function positionsAt(positions: Positions, place: number, count = 1): Room {
  const low = positions.at(place - 1) ?? null;
  // Everyone from `place` on who is not above the neighbour below has to move up.
  let end = place;
  while (low !== null && end < positions.length && (positions.at(end) ?? '') <= low) end++;
  try {
    const high = positions.at(end) ?? null;
    const keys =
      count === 1 && end === place
        ? [generateKeyBetween(low, high)]
        : generateNKeysBetween(low, high, count + end - place);
    const moved = keys.slice(count).map((key, index) => [place + index, key] as const);
    return { positions: keys.slice(0, count), moved: new Map(moved) };
  } catch {
    // Somebody wrote a position that is none.
    const keys = generateNKeysBetween(null, null, positions.length + count);
    const others = [...keys.slice(0, place), ...keys.slice(place + count)];
    return { positions: keys.slice(place, place + count), moved: new Map(others.entries()) };
  }
}
