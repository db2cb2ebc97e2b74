import { useSyncExternalStore } from 'react';

/** Paths of open documents with changes that are not in their file yet. */
const listeners = new Set<() => void>();
const none: ReadonlySet<string> = new Set();
let unsaved: ReadonlySet<string> = none;

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

export function setUnsaved(path: string, value: boolean): void {
  if (unsaved.has(path) === value) return;
  const next = new Set(unsaved);
  if (value) next.add(path);
  else next.delete(path);
  unsaved = next;
  for (const listener of listeners) listener();
}

export function useUnsavedDocuments(): ReadonlySet<string> {
  return useSyncExternalStore(
    subscribe,
    () => unsaved,
    () => none,
  );
}
