import { useSyncExternalStore } from 'react';

/** Titles of documents that are not named by their path. */
const listeners = new Set<() => void>();
let titles: ReadonlyMap<string, string> = new Map();

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

export function setDocumentTitle(path: string, title: string): void {
  if (titles.get(path) === title) return;
  titles = new Map(titles).set(path, title);
  for (const listener of listeners) listener();
}

/** What a document is called where that is not its path; null for files. */
export function useDocumentTitle(path: string | null): string | null {
  return useSyncExternalStore(
    subscribe,
    () => (path === null ? null : (titles.get(path) ?? null)),
    () => null,
  );
}

export function documentTitle(path: string): string | null {
  return titles.get(path) ?? null;
}
