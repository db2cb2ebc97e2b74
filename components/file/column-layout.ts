/** Width of one character of a cell, px, and of a cell's padding. */
const character = 7.8;
const padding = 24;
const narrowest = 56;
const widest = 360;
/** Rows that decide about widths. */
const measured = 200;

export type ColumnLayout = {
  /** Left edges, px; one more than there are columns: the last is the width of all. */
  readonly edges: readonly number[];
};

/** Columns as wide as their header and first rows ask for, within limits. */
export function layColumns(header: readonly string[], rows: readonly (readonly string[])[]): ColumnLayout {
  const sample = [header, ...rows.slice(0, measured)];
  const count = sample.reduce((most, row) => Math.max(most, row.length), 0);
  const edges = [0];
  for (let column = 0; column < count; column += 1) {
    const longest = sample.reduce((most, row) => Math.max(most, Math.min(60, row[column]?.length ?? 0)), 0);
    const width = Math.min(widest, Math.max(narrowest, Math.ceil(longest * character + padding)));
    edges.push((edges.at(-1) ?? 0) + width);
  }
  return { edges };
}

/** The columns that a view of `width` px at `left` shows: from the first up to, without, the second. */
export function columnsIn({ edges }: ColumnLayout, left: number, width: number): readonly [number, number] {
  const count = edges.length - 1;
  let from = 0;
  while (from < count - 1 && (edges[from + 1] ?? 0) <= left) from += 1;
  let to = from;
  while (to < count && (edges[to] ?? 0) < left + width) to += 1;
  return [from, Math.max(from, to)];
}
