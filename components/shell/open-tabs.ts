import { z } from 'zod';
import { isWithin } from './locations.ts';
import { StoredValue } from './stored-value.ts';

/** Paths of the notebooks whose tabs are open in this browser, in the order of the tabs. */
export type Tabs = readonly string[];

export const openTabs = new StoredValue<Tabs>('farfield-tabs', z.array(z.string()), []);

export function withTab(tabs: Tabs, path: string): Tabs {
  return tabs.includes(path) ? tabs : [...tabs, path];
}

/** Closes a tab, or all tabs below a folder. */
export function withoutTab(tabs: Tabs, path: string): Tabs {
  return tabs.filter((tab) => !isWithin(tab, path));
}

/** Follows a rename of a notebook or of a folder above it. */
export function withRenamed(tabs: Tabs, from: string, to: string): Tabs {
  const renamed = tabs.map((tab) => movedPath(tab, from, to));
  return [...new Set(renamed)];
}

export function movedPath(path: string, from: string, to: string): string {
  return isWithin(path, from) ? to + path.slice(from.length) : path;
}

/** Where to go when `path` closes: the neighbour to the right, else to the left, else null for the start page. */
export function neighbourOf(tabs: Tabs, path: string): string | null {
  const at = tabs.indexOf(path);
  return tabs[at + 1] ?? tabs[at - 1] ?? null;
}
