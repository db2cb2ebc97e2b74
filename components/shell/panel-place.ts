import { useSyncExternalStore } from 'react';
import { type PanelViewId, panelViewIds } from './panel-views.ts';
import { SidePlace } from './side-place.ts';

/** Where sidebar and panel are drawers. */
export const narrowScreen = '(max-width: 720px)';

/** The panel of this browser, right of the page. Written by whoever wants one of its views seen. */
export const panelPlace = new SidePlace(
  'farfield-panel',
  panelViewIds,
  { initial: 380, min: 240, max: 800 },
  { shown: false, view: 'history' },
);

/** On a phone it is a drawer, which no page begins with. */
let drawer = false;
const listeners = new Set<() => void>();
/** What had the focus before somebody went to the panel. */
let before: Element | null = null;

/** Shows a view of the panel and puts the focus into it. */
export function showPanel(view: PanelViewId): void {
  const inside = document.activeElement?.closest('[data-panel-view]') ?? null;
  if (inside === null) before = document.activeElement;
  panelPlace.change({ shown: true, view });
  // On a wide screen it is none: a window made narrow later does not begin with an open drawer.
  setDrawer(matchMedia(narrowScreen).matches);
  setTimeout(() => document.querySelector<HTMLElement>('[data-panel-view]')?.focus(), 0);
}

/** Hides it and gives the focus back. */
export function hidePanel(): void {
  panelPlace.change({ shown: false });
  setDrawer(false);
  if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
  before = null;
}

export function usePanelDrawer(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => drawer,
    () => false,
  );
}

function setDrawer(open: boolean): void {
  drawer = open;
  for (const listener of listeners) listener();
}
