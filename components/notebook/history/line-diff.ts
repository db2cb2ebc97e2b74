import { diffLines, diffWordsWithSpace } from 'diff';

/** A stretch of a line; `changed` is what the other version has otherwise. */
export type DiffPart = { readonly text: string; readonly changed: boolean };

export type DiffLine =
  | { readonly kind: 'same' | 'removed' | 'added'; readonly parts: readonly DiffPart[] }
  /** So many lines that are alike, left out. */
  | { readonly kind: 'skipped'; readonly count: number };

/** Changed lines, at most: beyond that the versions have too little in common to be compared. */
const mostDifferent = 1_000;
/** Longer lines are not compared word by word. UTF-16 units */
const longestCompared = 2_000;
/** Lines that are alike and shown around a change. */
const around = 3;

/** How `before` became `after`, line by line, with the words that changed. Empty when they are the same. */
export function diffByLine(before: string, after: string): readonly DiffLine[] {
  if (before === after) return [];
  const parts = diffLines(`${before}\n`, `${after}\n`, { maxEditLength: mostDifferent });
  const lines: DiffLine[] = [];
  if (parts === undefined) return [...plain('removed', split(before)), ...plain('added', split(after))];
  for (let at = 0; at < parts.length; at += 1) {
    const part = parts[at];
    if (part === undefined) continue;
    const own = split(part.value.replace(/\n$/, ''));
    const next = parts[at + 1];
    if (part.removed && next?.added === true) {
      lines.push(...replaced(own, split(next.value.replace(/\n$/, ''))));
      at += 1;
    } else if (part.removed) lines.push(...plain('removed', own));
    else if (part.added) lines.push(...plain('added', own));
    else lines.push(...shortened(own, lines.length > 0, at < parts.length - 1));
  }
  return lines;
}

const split = (text: string): readonly string[] => text.split('\n');

function plain(kind: 'same' | 'removed' | 'added', lines: readonly string[]): DiffLine[] {
  return lines.map((text) => ({ kind, parts: [{ text, changed: false }] }));
}

/** Lines in the place of others: those of the same place are compared word by word. */
function replaced(before: readonly string[], after: readonly string[]): DiffLine[] {
  const removed: DiffLine[] = [];
  const added: DiffLine[] = [];
  for (let at = 0; at < Math.max(before.length, after.length); at += 1) {
    const [old, now] = [before[at], after[at]];
    const compared = old === undefined || now === undefined ? null : compareWords(old, now);
    if (old !== undefined) removed.push({ kind: 'removed', parts: compared?.old ?? [{ text: old, changed: false }] });
    if (now !== undefined) added.push({ kind: 'added', parts: compared?.now ?? [{ text: now, changed: false }] });
  }
  return [...removed, ...added];
}

function compareWords(
  before: string,
  after: string,
): { readonly old: readonly DiffPart[]; readonly now: readonly DiffPart[] } | null {
  if (before.length > longestCompared || after.length > longestCompared) return null;
  const words = diffWordsWithSpace(before, after);
  // Two lines without a word in common are no change of each other.
  if (!words.some((word) => !word.added && !word.removed && word.value.trim() !== '')) return null;
  const side = (left: 'added' | 'removed') =>
    words.filter((word) => !word[left]).map((word) => ({ text: word.value, changed: word.added || word.removed }));
  return { old: side('added'), now: side('removed') };
}

function shortened(lines: readonly string[], hasBefore: boolean, hasAfter: boolean): DiffLine[] {
  const head = hasBefore ? around : 0;
  const tail = hasAfter ? around : 0;
  const count = lines.length - head - tail;
  if (count <= 1) return plain('same', lines);
  return [
    ...plain('same', lines.slice(0, head)),
    { kind: 'skipped', count },
    ...plain('same', lines.slice(lines.length - tail)),
  ];
}
