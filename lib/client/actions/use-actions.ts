'use client';
import { createContext, useContext, useEffect, useSyncExternalStore } from 'react';
import type { Action } from './action.ts';
import { actionRegistry, describeKeys, isMac } from './action-registry.ts';
import { dispatchKeys } from './dispatch-keys.ts';

/** The registered actions, for the palette and for menus. */
export function useActions(): readonly Action[] {
  return useSyncExternalStore(actionRegistry.subscribe, actionRegistry.getSnapshot, noActions);
}

/** The place whose actions are registered below it, and whether it has the focus. Without one: the whole page. */
export type ActionPlace = { readonly name: string | null; readonly focused: boolean };

export const ActionPlaceContext = createContext<ActionPlace>({ name: null, focused: true });

/** Whether the document around the component is the one that keys and header act on. */
export function usePlaceFocused(): boolean {
  return useContext(ActionPlaceContext).focused;
}

/** Registers actions while the component is mounted. Keep `actions` stable (useMemo): each new array registers anew. */
export function useRegisterActions(actions: readonly Action[]): void {
  const { name } = useContext(ActionPlaceContext);
  useEffect(() => actionRegistry.register(actions, name), [actions, name]);
}

/** The shown shortcut of an action, where the server renders it as well: it does not know the reader's keyboard. */
export function useKeyWords(action: Pick<Action, 'keys'>): string {
  return describeKeys(
    action,
    useSyncExternalStore(neverChanges, isMac, () => false),
  );
}

/** Starts the key dispatcher of the page; used once, by the frame. */
export function useKeyDispatcher(): void {
  useEffect(() => dispatchKeys(actionRegistry), []);
}

const neverChanges = () => () => undefined;
const none: readonly Action[] = [];
const noActions = () => none;
