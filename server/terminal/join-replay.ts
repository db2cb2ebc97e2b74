/** Characters of what is known that are compared. */
const compared = 32_768;
/** Fewer that agree may do so by chance. */
const least = 16;

/**
 * What of a gateway's replay is new. `known` is the end of what was heard of a terminal; `replay` is a part of the same
 * text that begins anywhere and reaches to the present. Null: they share nothing, so something between is missing. Linear
 * in both (Knuth, Morris, Pratt, from the end), since either may repeat one line for ever.
 */
export function joinReplay(known: string, replay: string): string | null {
  if (known === '') return replay;
  const pattern = known.slice(-compared);
  const borders = bordersOf(pattern);
  let matched = 0;
  for (let at = replay.length - 1; at >= 0; at -= 1) {
    matched = grow(pattern, borders, matched, replay.charCodeAt(at));
    if (matched === pattern.length) return replay.slice(at + pattern.length);
  }
  return matched >= Math.min(least, pattern.length, replay.length) ? replay.slice(matched) : null;
}

/** For each length of a suffix of `text`: the longest shorter suffix that it also begins with, read from its end. */
function bordersOf(text: string): Int32Array {
  const borders = new Int32Array(text.length + 1);
  let matched = 0;
  for (let length = 2; length <= text.length; length += 1) {
    matched = grow(text, borders, matched, text.charCodeAt(text.length - length));
    borders[length] = matched;
  }
  return borders;
}

/** How many characters match, read from the end, once one more is looked at. */
function grow(pattern: string, borders: Int32Array, matched: number, code: number): number {
  let length = matched === pattern.length ? (borders[matched] ?? 0) : matched;
  while (length > 0 && pattern.charCodeAt(pattern.length - 1 - length) !== code) length = borders[length] ?? 0;
  return pattern.charCodeAt(pattern.length - 1 - length) === code ? length + 1 : length;
}
