'use client';
import { useEffect, useSyncExternalStore } from 'react';
import type { Action } from './action.ts';
import { actionRegistry } from './action-registry.ts';
import { dispatchKeys } from './dispatch-keys.ts';

/** The registered actions, for the palette and for menus. */
export function useActions(): readonly Action[] {
  return useSyncExternalStore(actionRegistry.subscribe, actionRegistry.getSnapshot, noActions);
}

/** Registers actions while the component is mounted. Keep `actions` stable (useMemo): each new array registers anew. */
export function useRegisterActions(actions: readonly Action[]): void {
  useEffect(() => actionRegistry.register(actions), [actions]);
}

/** Starts the key dispatcher of the page; used once, by the frame. */
export function useKeyDispatcher(): void {
  useEffect(() => dispatchKeys(actionRegistry), []);
}

const none: readonly Action[] = [];
const noActions = () => none;
