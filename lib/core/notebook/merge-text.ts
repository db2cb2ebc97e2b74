import { diffArrays } from 'diff';

type Change = { readonly from: number; readonly to: number; readonly lines: readonly string[] };

/**
 * Three-way merge by lines. Where both sides changed the same lines, ours and then theirs are kept (what both wrote
 * stands once), and `collided` says so: no line that somebody wrote is lost.
 */
export function mergeText(base: string, ours: string, theirs: string): { text: string; collided: boolean } {
  if (ours === theirs || theirs === base) return { text: ours, collided: false };
  if (ours === base) return { text: theirs, collided: false };
  const lines = base.split('\n');
  const left = changesOf(lines, ours.split('\n'));
  const right = changesOf(lines, theirs.split('\n'));
  const merged: string[] = [];
  let collided = false;
  let at = 0;
  let [l, r] = [0, 0];
  while (l < left.length || r < right.length) {
    const from = Math.min(left[l]?.from ?? Infinity, right[r]?.from ?? Infinity);
    merged.push(...lines.slice(at, from));
    // Collect all changes that overlap or touch one another.
    let to = from;
    const [l0, r0] = [l, r];
    for (;;) {
      const a = left[l];
      const b = right[r];
      const grows = (change: Change | undefined): change is Change =>
        change !== undefined && (change.from < to || change.from === from || (change.from === to && l > l0 && r > r0));
      if (grows(a)) [to, l] = [Math.max(to, a.to), l + 1];
      else if (grows(b)) [to, r] = [Math.max(to, b.to), r + 1];
      else break;
    }
    const our = applied(lines, left.slice(l0, l), from, to);
    const their = applied(lines, right.slice(r0, r), from, to);
    if (r === r0) merged.push(...our);
    else if (l === l0 || our.join('\n') === their.join('\n')) merged.push(...their);
    else {
      collided = true;
      merged.push(...diffArrays(our, their).flatMap((part) => part.value));
    }
    at = to;
  }
  merged.push(...lines.slice(at));
  return { text: merged.join('\n'), collided };
}

function changesOf(base: string[], next: string[]): Change[] {
  const changes: { from: number; to: number; lines: string[] }[] = [];
  let at = 0;
  for (const part of diffArrays(base, next)) {
    if (!part.added && !part.removed) {
      at += part.value.length;
      continue;
    }
    let last = changes.at(-1);
    if (!last || last.to !== at) changes.push((last = { from: at, to: at, lines: [] }));
    if (part.removed) at = last.to = at + part.value.length;
    else last.lines.push(...part.value);
  }
  return changes;
}

function applied(lines: readonly string[], changes: readonly Change[], from: number, to: number): string[] {
  const result: string[] = [];
  let at = from;
  for (const change of changes) {
    result.push(...lines.slice(at, change.from), ...change.lines);
    at = change.to;
  }
  result.push(...lines.slice(at, to));
  return result;
}
