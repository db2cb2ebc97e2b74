import type { Action } from '#lib/client/actions/action.ts';

type Ranked = Pick<Action, 'title' | 'category' | 'isEnabled'>;

/**
 * Actions that match what was typed, best first: the very title, its beginning, the beginning of its words, then anywhere.
 * What cannot be run now comes after what can, unless it was named in full. Every typed word must be found in
 * "category title". Ties keep the order they came in.
 */
export function rankActions<Entry extends Ranked>(entries: readonly Entry[], typed: string): readonly Entry[] {
  const wanted = typed.trim().toLowerCase();
  if (wanted === '') return entries.toSorted((a, b) => Number(b.isEnabled()) - Number(a.isEnabled()));
  const words = wanted.split(/\s+/);
  return entries
    .map((entry) => ({ entry, rank: rankOf(entry, wanted, words) }))
    .filter(({ rank }) => rank > 0)
    .map(({ entry, rank }) => ({ entry, rank: rank === veryTitle || entry.isEnabled() ? rank : rank - veryTitle }))
    .sort((a, b) => b.rank - a.rank)
    .map(({ entry }) => entry);
}

/** What was used last on top, then what belongs to the focused document, then the rest; each as it was registered. */
export function inOrder<Entry extends Pick<Action, 'id' | 'scope'>>(
  entries: readonly Entry[],
  recent: readonly string[],
): readonly Entry[] {
  const order = (entry: Entry) => {
    const at = recent.indexOf(entry.id);
    return at !== -1 ? at : entry.scope === 'global' ? recent.length + 1 : recent.length;
  };
  return entries.toSorted((a, b) => order(a) - order(b));
}

const veryTitle = 5;

/** 0 = no match; higher is better. */
function rankOf(entry: Ranked, wanted: string, words: readonly string[]): number {
  const title = entry.title.toLowerCase();
  if (title === wanted) return veryTitle;
  if (title.startsWith(wanted)) return 4;
  const whole = `${entry.category.toLowerCase()} ${title}`;
  if (!words.every((word) => whole.includes(word))) return 0;
  if (title.includes(wanted)) return 3;
  const starts = title.split(/\s+/);
  return words.every((word) => starts.some((start) => start.startsWith(word))) ? 2 : 1;
}
