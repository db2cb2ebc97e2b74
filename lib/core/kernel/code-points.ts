/**
 * Places in a text as editors count them (UTF-16 units) and as kernels do (Unicode code points, protocol 5.2). A lone
 * surrogate is one of each. Offsets outside of the text are moved to its edge.
 */

/** An offset in UTF-16 units → in code points. Within a surrogate pair the pair is not counted. */
export function codePointsAt(text: string, offset: number): number {
  const end = Math.min(Math.max(offset, 0), text.length);
  let points = 0;
  for (let at = 0; at < end; points += 1) {
    at += isPair(text, at) ? 2 : 1;
    if (at > end) break;
  }
  return points;
}

/** An offset in code points → in UTF-16 units. */
export function unitsAt(text: string, points: number): number {
  let at = 0;
  for (let left = points; left > 0 && at < text.length; left -= 1) at += isPair(text, at) ? 2 : 1;
  return at;
}

function isPair(text: string, at: number): boolean {
  return (text.codePointAt(at) ?? 0) > 0xffff;
}
