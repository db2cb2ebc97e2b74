/** Columns that a screen of ordinary width has for the text of an output. */
export const nominalColumns = 120;

/** Lines that a text takes on a screen of `nominalColumns`; a last line break begins none. At most `most`. */
export function wrappedLines(text: string, most: number): number {
  let lines = 0;
  for (let at = 0; at < text.length && lines < most;) {
    const next = text.indexOf('\n', at);
    const end = next === -1 ? text.length : next;
    lines += Math.max(1, Math.ceil((end - at) / nominalColumns));
    at = end + 1;
  }
  return Math.min(lines, most);
}
