import { createContext, useCallback, useContext, useLayoutEffect, useRef } from 'react';

/** Of the dialog around. Its content is there for a moment longer than it is open. */
export const DialogOpen = createContext(true);

/**
 * Whether the opening of the dialog that the caller was made for is still there: for what comes of a request once
 * somebody may have closed the dialog, or opened it again.
 */
export function useStillOpen(): () => boolean {
  const open = useContext(DialogOpen);
  const present = useRef(false);
  useLayoutEffect(() => {
    present.current = open;
    return () => {
      present.current = false;
    };
  }, [open]);
  return useCallback(() => present.current, []);
}
