import { useSyncExternalStore } from 'react';

const key = 'farfield-terminal-screen-reader';
const listeners = new Set<() => void>();
let mode: boolean | null = null;

/** Whether terminals are read aloud, in this browser. Storage that is forbidden costs the memory of the choice alone. */
export const screenReaderMode = {
  get: (): boolean => (mode ??= read()),
  set: (on: boolean): void => {
    mode = on;
    try {
      localStorage.setItem(key, String(on));
    } catch {
      // The choice then lives as long as the page.
    }
    for (const listener of listeners) listener();
  },
};

export function useScreenReaderMode(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    screenReaderMode.get,
    () => false,
  );
}

function read(): boolean {
  try {
    return localStorage.getItem(key) === 'true';
  } catch {
    return false;
  }
}
