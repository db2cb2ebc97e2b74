import { useSyncExternalStore } from 'react';

/** Paths of open documents in which something waits for an answer of a person. */
const listeners = new Set<() => void>();
const none: ReadonlySet<string> = new Set();
let waiting: ReadonlySet<string> = none;

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

export function setWaiting(path: string, value: boolean): void {
  if (waiting.has(path) === value) return;
  const next = new Set(waiting);
  if (value) next.add(path);
  else next.delete(path);
  waiting = next;
  for (const listener of listeners) listener();
}

export function useWaitingDocuments(): ReadonlySet<string> {
  return useSyncExternalStore(
    subscribe,
    () => waiting,
    () => none,
  );
}
