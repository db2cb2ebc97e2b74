import { useSyncExternalStore } from 'react';

/** Which dialog of compute is open: one at a time. */
export type KernelDialog =
  | { readonly kind: 'picker'; readonly path: string }
  | {
      readonly kind: 'gateway';
      /** Notebook whose picker opens again after the form; null when the form was opened by itself. */
      readonly path: string | null;
    };

const listeners = new Set<() => void>();
let current: KernelDialog | null = null;

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

export function openKernelDialog(dialog: KernelDialog | null): void {
  current = dialog;
  for (const listener of listeners) listener();
}

export function useKernelDialog(): KernelDialog | null {
  return useSyncExternalStore(
    subscribe,
    () => current,
    () => null,
  );
}
