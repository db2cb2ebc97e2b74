import { useSyncExternalStore } from 'react';
import type { GatewayId } from '#lib/core/ids.ts';

/** Which dialog of compute is open: one at a time. */
export type KernelDialog =
  | { readonly kind: 'picker'; readonly path: string }
  | {
      readonly kind: 'gateway';
      /** The one to change; null: a new one. */
      readonly gatewayId: GatewayId | null;
      /** Notebook whose picker opens again after the form; null when the form was opened by itself. */
      readonly path: string | null;
    }
  | {
      readonly kind: 'secrets';
      readonly gatewayId: GatewayId;
      readonly path: string | null;
      /** Where one was: the picker opens again. */
      readonly from: 'picker' | 'page';
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
