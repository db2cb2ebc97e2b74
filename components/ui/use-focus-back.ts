import { useLayoutEffect, useRef, type RefObject } from 'react';

/** What had the focus before a popup was opened. */
type Before = { element: Element | null };

/** Of the popups that are open. */
const befores = new Set<Before>();

/**
 * Gives the focus back as soon as a popup begins to close. By itself it would stay in the popup until that is out of the
 * page: every key pressed meanwhile would belong to a dialog that is no longer there. Focus that somebody has moved
 * elsewhere stays there.
 * @returns what the popup has to be given as its ref.
 */
export function useFocusBack<Popup extends HTMLElement>(open: boolean): RefObject<Popup | null> {
  const popup = useRef<Popup>(null);
  const own = useRef<Before | null>(null);
  // An effect and not its cleanup: what is focused while React changes the page is undone by it.
  useLayoutEffect(() => {
    if (!open) {
      if (own.current !== null) giveBack(popup.current, own.current.element);
      own.current = null;
      return;
    }
    // The popup takes the focus only after this.
    const before: Before = { element: document.activeElement };
    own.current = before;
    befores.add(before);
    return () => void befores.delete(before);
  }, [open]);
  return popup;
}

function giveBack(popup: HTMLElement | null, before: Element | null): void {
  if (popup === null) return;
  // A dialog that takes the place of this one was opened from within it.
  for (const one of befores) if (popup.contains(one.element)) one.element = before;
  const within = document.activeElement;
  if (!(within instanceof HTMLElement) || !popup.contains(within)) return;
  if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
  // What had it is gone: the keys are the page's.
  else within.blur();
}
