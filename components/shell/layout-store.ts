'use client';
import { createContext, useContext, useMemo, useSyncExternalStore } from 'react';
import { emptyLayout, focusedPane, type Layout, type LayoutEvent, layoutSchema, reduceLayout } from './layout.ts';
import { documentHref, documentPathOf } from './locations.ts';
import { StoredValue } from './stored-value.ts';

/**
 * The layout of this browser tab. Read from storage once, then changed by events alone; the address bar follows: it
 * names the shown document of the focused pane, and going back in the history is one more event.
 */

const stored = new StoredValue<Layout>('farfield-layout', layoutSchema, emptyLayout);
const listeners = new Set<() => void>();
let present: Layout | null = null;

export function getLayout(): Layout {
  present ??= reduceLayout(stored.get(), { type: 'Shown', path: documentPathOf(location.pathname) });
  return present;
}

/** @param history whether the way back leads through what was shown before. */
export function changeLayout(event: LayoutEvent, history: 'push' | 'replace' = 'push'): void {
  const before = getLayout();
  const after = reduceLayout(before, event);
  if (after === before) return;
  present = after;
  stored.set(after);
  const { active } = focusedPane(after);
  if (active !== documentPathOf(location.pathname)) {
    const href = active === null ? '/' : documentHref(active);
    if (history === 'push') window.history.pushState(null, '', href);
    else window.history.replaceState(null, '', href);
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) addEventListener('popstate', followHistory);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) removeEventListener('popstate', followHistory);
  };
}

const followHistory = () => changeLayout({ type: 'Shown', path: documentPathOf(location.pathname) });

/** The layout, for the one component that provides it. `pathname`: what the server was asked for. */
export function useLayoutStore(pathname: string): Layout {
  const atServer = useMemo(
    () => reduceLayout(emptyLayout, { type: 'Shown', path: documentPathOf(pathname) }),
    [pathname],
  );
  return useSyncExternalStore(subscribe, getLayout, () => atServer);
}

export const LayoutContext = createContext<Layout>(emptyLayout);

export function useLayout(): Layout {
  return useContext(LayoutContext);
}

/** Path of the document that has the focus; null on the start page. */
export function useShownPath(): string | null {
  return focusedPane(useLayout()).active;
}
