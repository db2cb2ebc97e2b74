import type { CellType } from './model.ts';

type Comparable = { readonly type: CellType; readonly source: string };
type Pair = readonly [from: number, to: number];

/**
 * Finds which cell of `to` is which cell of `from` when ids do not say: equal cells first (as a patience diff does),
 * then, between those, the most alike ones of one type. Pairs ascend on both sides.
 */
export function alignCells(from: readonly Comparable[], to: readonly Comparable[]): Pair[] {
  const fromKeys = from.map((cell) => `${cell.type}\n${cell.source}`);
  const toKeys = to.map((cell) => `${cell.type}\n${cell.source}`);
  const pairs: Pair[] = [];
  alignEqual(fromKeys, toKeys, 0, from.length, 0, to.length, pairs);
  pairs.sort((a, b) => a[0] - b[0]);
  const all: Pair[] = [];
  let f = 0;
  let t = 0;
  for (const pair of [...pairs, [from.length, to.length] as const]) {
    for (const found of alignGap(from, to, f, pair[0], t, pair[1])) all.push(found);
    if (pair[0] < from.length) all.push(pair);
    f = pair[0] + 1;
    t = pair[1] + 1;
  }
  return all;
}

function alignEqual(a: string[], b: string[], a0: number, a1: number, b0: number, b1: number, pairs: Pair[]): void {
  const gaps = [[a0, a1, b0, b1] as const];
  for (let gap = gaps.pop(); gap; gap = gaps.pop()) {
    let [aLow, aHigh, bLow, bHigh] = gap;
    while (aLow < aHigh && bLow < bHigh && a[aLow] === b[bLow]) pairs.push([aLow++, bLow++]);
    while (aLow < aHigh && bLow < bHigh && a[aHigh - 1] === b[bHigh - 1]) pairs.push([--aHigh, --bHigh]);
    if (aLow === aHigh || bLow === bHigh) continue;
    const anchors = uniqueAnchors(a, b, aLow, aHigh, bLow, bHigh);
    if (anchors.length === 0) continue;
    for (const [aAt, bAt] of [...anchors, [aHigh, bHigh] as const]) {
      gaps.push([aLow, aAt, bLow, bAt]);
      if (aAt < aHigh) pairs.push([aAt, bAt]);
      aLow = aAt + 1;
      bLow = bAt + 1;
    }
  }
}

function uniqueAnchors(a: string[], b: string[], a0: number, a1: number, b0: number, b1: number): Pair[] {
  const inA = places(a, a0, a1);
  const inB = places(b, b0, b1);
  const candidates: Pair[] = [];
  for (const [key, at] of inA) {
    const other = inB.get(key);
    if (at >= 0 && other !== undefined && other >= 0) candidates.push([at, other]);
  }
  const kept = new Set(longestIncreasing(candidates.map(([, at]) => at)));
  return candidates.filter((_, index) => kept.has(index));
}

/** Where each key stands; -1 for one that stands there more than once. */
function places(keys: string[], start: number, end: number): Map<string, number> {
  const found = new Map<string, number>();
  for (let i = start; i < end; i++) {
    const key = keys[i] ?? '';
    found.set(key, found.has(key) ? -1 : i);
  }
  return found;
}

/** Indexes of one longest strictly increasing subsequence. */
export function longestIncreasing(values: readonly number[]): number[] {
  const tails: number[] = [];
  const before: number[] = [];
  values.forEach((value, index) => {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((values[tails[middle] ?? 0] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    before[index] = low > 0 ? (tails[low - 1] ?? -1) : -1;
    tails[low] = index;
  });
  const result: number[] = [];
  for (let at = tails.at(-1) ?? -1; at >= 0; at = before[at] ?? -1) result.push(at);
  return result.reverse();
}

/** Above this many comparisons a gap is paired by position alone. */
const maxComparisons = 4000;

function alignGap(
  from: readonly Comparable[],
  to: readonly Comparable[],
  f0: number,
  f1: number,
  t0: number,
  t1: number,
): Pair[] {
  const rows = f1 - f0;
  const columns = t1 - t0;
  if (rows <= 0 || columns <= 0) return [];
  const score = (i: number, j: number): number => {
    const a = from[f0 + i];
    const b = to[t0 + j];
    if (!a || !b || a.type !== b.type) return 0;
    return rows * columns > maxComparisons
      ? Number(i === j)
      : likeness(a.source, b.source) + (rows === columns && i === j ? 0.3 : 0);
  };
  const best = Array.from({ length: rows + 1 }, () => new Float64Array(columns + 1));
  const at = (i: number, j: number): number => best[i]?.[j] ?? 0;
  const good = (i: number, j: number): number => (score(i, j) >= 0.3 ? score(i, j) : 0);
  if (rows * columns > maxComparisons) {
    return Array.from({ length: Math.min(rows, columns) }, (_, i) => i)
      .filter((i) => score(i, i) > 0)
      .map((i) => [f0 + i, t0 + i] as const);
  }
  const scores = Array.from({ length: rows }, (_, i) =>
    Float64Array.from({ length: columns }, (_unused, j) => good(i, j)),
  );
  for (let i = rows - 1; i >= 0; i--) {
    for (let j = columns - 1; j >= 0; j--) {
      const here = scores[i]?.[j] ?? 0;
      const row = best[i];
      if (row) row[j] = Math.max(at(i + 1, j), at(i, j + 1), here > 0 ? here + at(i + 1, j + 1) : 0);
    }
  }
  const pairs: Pair[] = [];
  for (let i = 0, j = 0; i < rows && j < columns;) {
    const here = scores[i]?.[j] ?? 0;
    if (here > 0 && at(i, j) === here + at(i + 1, j + 1)) pairs.push([f0 + i++, t0 + j++]);
    else if (at(i, j) === at(i + 1, j)) i++;
    else j++;
  }
  return pairs;
}

/** Share of lines that two sources have in common, or of their common beginning and end when they are one line. 0 to 1. */
function likeness(a: string, b: string): number {
  if (a === '' || b === '') return 0.1;
  const left = a.split('\n');
  const right = new Set(b.split('\n'));
  const common = left.filter((line) => line.trim() !== '' && right.has(line)).length;
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < Math.min(a.length, b.length) - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  return Math.max(common / Math.max(left.length, right.size), (head + tail) / Math.max(a.length, b.length));
}
