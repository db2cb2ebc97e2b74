import { diffArrays } from 'diff';

/** Texts further apart than this many lines are compared as a whole: the time that it takes grows with the square. */
const mostEdits = 1_000;

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
    append(merged, lines.slice(at, from));
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
    if (r === r0) append(merged, our);
    else if (l === l0 || our.join('\n') === their.join('\n')) append(merged, their);
    else {
      collided = true;
      const parts = diffArrays(our, their, { maxEditLength: mostEdits });
      append(merged, parts?.flatMap((part) => part.value) ?? [...our, ...their]);
    }
    at = to;
  }
  append(merged, lines.slice(at));
  return { text: merged.join('\n'), collided };
}

/** What was changed, ascending and apart. */
function changesOf(base: readonly string[], next: readonly string[]): Change[] {
  const shorter = Math.min(base.length, next.length);
  let head = 0;
  while (head < shorter && base[head] === next[head]) head++;
  let tail = 0;
  while (tail < shorter - head && base[base.length - 1 - tail] === next[next.length - 1 - tail]) tail++;
  const [from, to] = [base.slice(head, base.length - tail), next.slice(head, next.length - tail)];
  const parts = diffArrays(from, to, { maxEditLength: mostEdits });
  if (parts === undefined) return [{ from: head, to: base.length - tail, lines: to }];
  const changes: { from: number; to: number; lines: string[] }[] = [];
  let at = head;
  for (const part of parts) {
    if (!part.added && !part.removed) {
      at += part.value.length;
      continue;
    }
    let last = changes.at(-1);
    if (!last || last.to !== at) changes.push((last = { from: at, to: at, lines: [] }));
    if (part.removed) at = last.to = at + part.value.length;
    else append(last.lines, part.value);
  }
  return changes;
}

function applied(lines: readonly string[], changes: readonly Change[], from: number, to: number): string[] {
  const result: string[] = [];
  let at = from;
  for (const change of changes) {
    append(result, lines.slice(at, change.from));
    append(result, change.lines);
    at = change.to;
  }
  append(result, lines.slice(at, to));
  return result;
}

/** One by one: as arguments of one call, a hundred thousand lines would not fit on the stack. */
function append(list: string[], more: readonly string[]): void {
  for (const line of more) list.push(line);
}
