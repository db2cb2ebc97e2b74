import type { Action } from './action.ts';
import { isMac } from './action-registry.ts';
import { describeSequence } from './key-chord.ts';

type Shown = Pick<Action, 'id' | 'title' | 'category' | 'keys' | 'nativeKeys'>;

export type SheetGroup<Listed extends Shown> = { readonly category: string; readonly actions: readonly Listed[] };

/** The keys of an action as they are shown, each once. */
export function shownKeys(
  { keys, nativeKeys = [] }: Pick<Action, 'keys' | 'nativeKeys'>,
  mac = isMac(),
): readonly string[] {
  return [...new Set([...keys, ...nativeKeys].map((one) => describeSequence(one, mac)))];
}

/**
 * The actions that have keys, by category in the order of their first one. `typed` leaves those with each of its words in
 * their title, category or keys.
 */
export function sortIntoSheet<Listed extends Shown>(
  actions: readonly Listed[],
  typed = '',
  mac = isMac(),
): readonly SheetGroup<Listed>[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const groups = new Map<string, Listed[]>();
  for (const action of actions) {
    const keys = shownKeys(action, mac);
    if (keys.length === 0) continue;
    const text = `${action.category} ${action.title} ${keys.join(' ')}`.toLowerCase();
    if (!words.every((word) => text.includes(word))) continue;
    groups.set(action.category, [...(groups.get(action.category) ?? []), action]);
  }
  return [...groups].map(([category, listed]) => ({ category, actions: listed }));
}

/** The sheet as Markdown tables, for the guide. */
export function sheetMarkdown(actions: readonly Shown[]): string {
  return sortIntoSheet(actions, '', false)
    .map(({ category, actions: listed }) => {
      const rows = listed.map((one) => `| ${one.title} | ${shownKeys(one, false).map(cell).join(' · ')} |`);
      return [`### ${category}`, '', '| Action | Keys |', '|---|---|', ...rows].join('\n');
    })
    .join('\n\n');
}

const cell = (keys: string) => `\`${keys.replaceAll('|', '\\|')}\``;
