import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
let open = false;

/** Opens or closes the settings of the workspace. */
export function showSettings(wanted: boolean): void {
  open = wanted;
  for (const listener of listeners) listener();
}

export function useSettingsDialog(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => open,
    () => false,
  );
}
