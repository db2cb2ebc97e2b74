/** Numbers from the first to the last of them. */
export type NumberRange = { readonly from: number; readonly to: number };

/** Ranges in order, none of which touches another, with one more. */
export function withRange(ranges: readonly NumberRange[], added: NumberRange): readonly NumberRange[] {
  const last = ranges.at(-1);
  // Nearly always the next number.
  if (last === undefined || added.from > last.to + 1) return [...ranges, added];
  if (added.from >= last.from) {
    return added.to <= last.to ? ranges : [...ranges.slice(0, -1), { from: last.from, to: added.to }];
  }
  const before = ranges.filter(({ to }) => to + 1 < added.from);
  const after = ranges.filter(({ from }) => from > added.to + 1);
  const touched = ranges.slice(before.length, ranges.length - after.length);
  const from = Math.min(added.from, ...touched.map((one) => one.from));
  const to = Math.max(added.to, ...touched.map((one) => one.to));
  return [...before, { from, to }, ...after];
}

/** How many numbers of `range` are in none of the others, which are in order and apart. */
export function countOutside(range: NumberRange, others: readonly NumberRange[]): number {
  let left = Math.max(0, range.to - range.from + 1);
  for (const { from, to } of others) left -= Math.max(0, Math.min(range.to, to) - Math.max(range.from, from) + 1);
  return left;
}
