/** Characters of source that are looked through, the nearest cells first, and words that are found. */
const mostText = 2_000_000;
const mostWords = 200;

const word = /[\p{L}_][\p{L}\p{N}_]+/gu;

/** The beginning of a word right before the cursor; '' when there is none. */
export function wordBefore(text: string, cursor: number): string {
  return /[\p{L}_][\p{L}\p{N}_]*$/u.exec(text.slice(Math.max(0, cursor - 200), cursor))?.[0] ?? '';
}

/** Words of the notebook that go on as `begun` does, in order of the alphabet. `texts`: the nearest cell first. */
export function wordsLike(begun: string, texts: Iterable<string>): readonly string[] {
  if (begun === '') return [];
  const found = new Set<string>();
  const wanted = begun.toLowerCase();
  let left = mostText;
  for (const text of texts) {
    for (const [one] of text.slice(0, left).matchAll(word)) {
      if (one.length > begun.length && one.length <= 100 && one.toLowerCase().startsWith(wanted)) found.add(one);
      if (found.size === mostWords) break;
    }
    left -= text.length;
    if (left <= 0 || found.size === mostWords) break;
  }
  return [...found].toSorted((one, other) => one.localeCompare(other));
}
