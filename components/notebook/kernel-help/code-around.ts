/** Code for the kernel, and where in the cell's text it begins. Offsets in UTF-16 units. */
export type CodePart = { readonly code: string; readonly cursor: number; readonly from: number };

/** Characters before and behind the cursor that help is asked with; a longer cell sends the lines around the cursor. */
const before = 200_000;
const behind = 20_000;

/** The part of a cell's text that the kernel is asked with: all of it, unless it is very long. */
export function codeAround(text: string, cursor: number): CodePart {
  if (text.length <= before + behind) return { code: text, cursor, from: 0 };
  const earliest = Math.max(0, cursor - before);
  // From the beginning of a line, where there is one in reach.
  const line = earliest === 0 ? 0 : text.indexOf('\n', earliest) + 1;
  const from = line > 0 && line <= cursor ? line : earliest;
  return { code: text.slice(from, cursor + behind), cursor: cursor - from, from };
}
