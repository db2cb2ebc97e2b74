import { useSyncExternalStore } from 'react';

/** A dialog about files; one at a time. */
export type FileDialog =
  | { readonly kind: 'move'; readonly paths: readonly string[] }
  | { readonly kind: 'goTo' }
  | { readonly kind: 'trash' };

const listeners = new Set<() => void>();
let shown: FileDialog | null = null;

export function showFileDialog(dialog: FileDialog | null): void {
  shown = dialog;
  for (const listener of listeners) listener();
}

export function useFileDialog(): FileDialog | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => shown,
    () => null,
  );
}
