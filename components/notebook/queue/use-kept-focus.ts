import { useCallback, useLayoutEffect, useRef, type FocusEvent, type RefObject } from 'react';
import type { RunId } from '#lib/core/ids.ts';

export type KeptFocus = {
  /** Of something in this row. */
  readonly onFocus: (row: RunId) => void;
  /** Of something in the list. */
  readonly onBlur: (event: FocusEvent) => void;
};

/**
 * Keeps the focus in a list whose rows go: a row that is taken out, or that begins to run, leaves it to the one that
 * takes its place, the last one to the panel. Nothing in the page would have it else, and keys would be commands of the
 * notebook.
 */
export function useKeptFocus(list: RefObject<HTMLElement | null>, order: readonly RunId[]): KeptFocus {
  const focused = useRef<RunId | null>(null);
  const before = useRef(order);
  useLayoutEffect(() => {
    const id = focused.current;
    const place = id === null ? -1 : before.current.indexOf(id);
    before.current = order;
    if (id === null || order.includes(id) || !isNowhere()) return;
    const rows = list.current?.querySelectorAll<HTMLElement>('[data-queue-go]') ?? [];
    rows[Math.max(0, Math.min(rows.length - 1, place))]?.focus();
  }, [list, order]);
  useLayoutEffect(() => {
    const panel = list.current?.closest<HTMLElement>('[data-panel-view]');
    return () => {
      if (focused.current === null) return;
      // Once the list is out of the page.
      setTimeout(() => {
        if (isNowhere()) panel?.focus();
      }, 0);
    };
  }, [list]);
  const onFocus = useCallback((row: RunId) => {
    focused.current = row;
  }, []);
  const onBlur = useCallback((event: FocusEvent) => {
    // In a window that is left the row keeps its focus.
    if (!event.currentTarget.contains(document.activeElement)) focused.current = null;
  }, []);
  return { onFocus, onBlur };
}

const isNowhere = () => document.activeElement === null || document.activeElement === document.body;
