import { generateKeyBetween, generateNKeysBetween } from 'fractional-indexing';

/** `count` ascending positions between two positions; null is the beginning or the end. */
export function spreadPositions(low: string | null, high: string | null, count: number): string[] {
  return generateNKeysBetween(low, high, count);
}

/**
 * A position for a newcomer at `place` in the ascending list `positions`, and the new positions of those that have to
 * give way: neighbours that share one position, or all of them where a position is no position at all.
 */
export function positionAfter(
  positions: readonly string[],
  place: number,
): { readonly position: string; readonly moved: ReadonlyMap<number, string> } {
  const low = positions[place - 1] ?? null;
  // Everyone from `place` on who is not above the neighbour below has to move up.
  let end = place;
  while (low !== null && end < positions.length && (positions[end] ?? '') <= low) end++;
  try {
    const high = positions[end] ?? null;
    if (end === place) return { position: generateKeyBetween(low, high), moved: new Map() };
    return share(generateNKeysBetween(low, high, end - place + 1), place, 0);
  } catch {
    // Somebody wrote a position that is none.
    return share(generateNKeysBetween(null, null, positions.length + 1), place, place);
  }
}

/** Deals `keys` to the newcomer at `place` and to its neighbours, the first `before` of them standing below it. */
function share(
  keys: readonly string[],
  place: number,
  before: number,
): { position: string; moved: Map<number, string> } {
  const moved = new Map<number, string>();
  keys.forEach((key, index) => {
    if (index !== before) moved.set(place - before + index - (index > before ? 1 : 0), key);
  });
  return { position: keys[before] ?? '', moved };
}
