import { useEffect, useLayoutEffect, useRef } from 'react';
import { showToast } from '#components/ui/toast.tsx';
import { carryOver, takeEarlyEdits } from './early-edits.ts';
import type { NotebookParts } from './notebook-context.ts';

/** Goes on with what a person began among the first cells, in the very moment in which the live ones are there. */
export function useEarlyEdits({ document, selection }: NotebookParts): void {
  const keys = useRef<readonly KeyboardEventInit[]>([]);
  // Before the browser handles the next key: the focus is in the new field by then.
  useLayoutEffect(() => {
    const early = takeEarlyEdits();
    if (early === null) return;
    if (!carryOver(early, document, selection))
      showToast({
        kind: 'error',
        title: 'This notebook cannot be edited, so what you typed while it opened is not in it.',
      });
    keys.current = early.keys;
  }, [document, selection]);
  // After the notebook's keys are known.
  useEffect(() => {
    const waiting = keys.current;
    keys.current = [];
    for (const key of waiting)
      (window.document.activeElement ?? window.document.body).dispatchEvent(new KeyboardEvent('keydown', key));
  }, [document]);
}
