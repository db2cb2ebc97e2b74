'use client';
import { useSyncExternalStore } from 'react';

const key = 'farfield.line-numbers';
const listeners = new Set<() => void>();
let shown: boolean | null = null;

/** Whether cells show line numbers: one choice for all notebooks of this browser. */
export const lineNumbers = {
  get: (): boolean => {
    shown ??= read();
    return shown;
  },
  toggle: (): void => {
    shown = !lineNumbers.get();
    try {
      localStorage.setItem(key, String(shown));
    } catch {
      // Private windows may refuse storage; the choice then lives as long as the page.
    }
    for (const listener of Array.from(listeners)) listener();
  },
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
};

export function useLineNumbers(): boolean {
  return useSyncExternalStore(lineNumbers.subscribe, lineNumbers.get, hidden);
}

const hidden = () => false;

function read(): boolean {
  try {
    return localStorage.getItem(key) === 'true';
  } catch {
    return false;
  }
}
