import { useSyncExternalStore } from 'react';
import { z } from 'zod';
import { type PanelViewId, panelViewIds } from './panel-views.ts';
import { StoredValue } from './stored-value.ts';

/** Where sidebar and panel are drawers. */
export const narrowScreen = '(max-width: 720px)';

/** Width of the panel on wide screens, px. */
export const panelWidth = { initial: 380, min: 240, max: 800 } as const;

export type PanelState = {
  /** Whether it stands beside the page on wide screens. */
  readonly shown: boolean;
  readonly view: PanelViewId;
  /** px */
  readonly width: number;
};

/** The panel of this browser, right of the page. Written by whoever wants one of its views seen. */
export const panelState = new StoredValue<PanelState>(
  'farfield-panel',
  z.object({
    shown: z.boolean(),
    view: z.enum(panelViewIds),
    width: z.number().min(panelWidth.min).max(panelWidth.max),
  }),
  { shown: false, view: 'history', width: panelWidth.initial },
);

/** On a phone it is a drawer, which no page begins with. */
let drawer = false;
const listeners = new Set<() => void>();
/** What had the focus before somebody went to the panel. */
let before: Element | null = null;

export function setPanel(part: Partial<PanelState>): void {
  panelState.set({ ...panelState.get(), ...part });
}

/** Shows a view of the panel and puts the focus into it. */
export function showPanel(view: PanelViewId): void {
  const inside = document.activeElement?.closest('[data-panel-view]') ?? null;
  if (inside === null) before = document.activeElement;
  setPanel({ shown: true, view });
  // On a wide screen it is none: a window made narrow later does not begin with an open drawer.
  setDrawer(matchMedia(narrowScreen).matches);
  setTimeout(() => document.querySelector<HTMLElement>('[data-panel-view]')?.focus(), 0);
}

/** Hides it and gives the focus back. */
export function hidePanel(): void {
  setPanel({ shown: false });
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
