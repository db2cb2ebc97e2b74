import { diffArrays, diffChars } from 'diff';

/** Replace `removed` characters at `at` (UTF-16 units of the old text) by `inserted`. */
export type TextEdit = { readonly at: number; readonly removed: number; readonly inserted: string };

/** Above this length the changed middle is compared by lines, not by characters. */
const maxCharacterDiff = 2000;

/** Edits, ascending and apart, that make `before` into `after`. They never cut a surrogate pair. */
export function diffText(before: string, after: string): TextEdit[] {
  if (before === after) return [];
  let head = 0;
  const most = Math.min(before.length, after.length);
  while (head < most && before.charCodeAt(head) === after.charCodeAt(head)) head++;
  if (head > 0 && isHighSurrogate(before.charCodeAt(head - 1))) head--;
  let tail = 0;
  while (
    tail < most - head &&
    before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)
  ) {
    tail++;
  }
  if (tail > 0 && isLowSurrogate(before.charCodeAt(before.length - tail))) tail--;
  const from = before.slice(head, before.length - tail);
  const to = after.slice(head, after.length - tail);
  const whole: TextEdit[] = [{ at: head, removed: from.length, inserted: to }];
  if (from === '' || to === '') return whole;
  const changes =
    from.length + to.length <= maxCharacterDiff
      ? diffChars(from, to, { maxEditLength: 400 })
      : diffArrays(splitKeepingEnds(from), splitKeepingEnds(to), { maxEditLength: 1000 })?.map((change) => ({
          ...change,
          value: change.value.join(''),
        }));
  if (!changes) return whole;
  const edits: { at: number; removed: number; inserted: string }[] = [];
  let at = head;
  for (const change of changes) {
    const last = edits.at(-1);
    const joins = last !== undefined && last.at + last.removed === at;
    if (change.removed) {
      if (joins) last.removed += change.value.length;
      else edits.push({ at, removed: change.value.length, inserted: '' });
      at += change.value.length;
    } else if (change.added) {
      if (joins) last.inserted += change.value;
      else edits.push({ at, removed: 0, inserted: change.value });
    } else {
      at += change.value.length;
    }
  }
  return edits;
}

function splitKeepingEnds(text: string): string[] {
  return text === '' ? [] : text.split(/(?<=\n)/);
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code < 0xdc00;
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code < 0xe000;
}
