import { useSyncExternalStore } from 'react';

/** The sections of the settings, in their order. */
export type SettingsSection = 'history' | 'idle' | 'agent';

const listeners = new Set<() => void>();
let section: SettingsSection | null = null;

/** Opens the settings of the workspace at a section; null closes them. */
export function showSettings(wanted: SettingsSection | null): void {
  section = wanted;
  for (const listener of listeners) listener();
}

/** The section at which they are open; null: closed. */
export function useSettingsDialog(): SettingsSection | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => section,
    () => null,
  );
}
