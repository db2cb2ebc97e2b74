import { useEffect, useEffectEvent } from 'react';
import { usePlaceFocused } from '#lib/client/actions/use-actions.ts';
import { cellId } from '#lib/core/ids.ts';
import type { NotebookParts } from './notebook-context.ts';
import { keepViewState, readViewState } from './view-state.ts';

/** Brings a reader back to where the notebook was left, and remembers the place when it is left again. */
export function useViewPlace(parts: NotebookParts, path: string, opened: boolean): void {
  const placeFocused = usePlaceFocused();
  const takesFocus = useEffectEvent(() => placeFocused && nothingHasFocus());
  useEffect(() => {
    if (!opened) return;
    const { commands, cells, document, selection } = parts;
    const place = readViewState(path);
    const left = place?.active ?? null;
    const active = left !== null && document.cell(cellId(left)) !== undefined ? cellId(left) : null;
    commands.selecting.begin(takesFocus(), active);
    if (place !== null && place.anchor !== null) cells.restore(place.anchor);
    // Under its present name: a rename takes the place along.
    const keep = () =>
      keepViewState(document.getSnapshot().path, { active: selection.get().active, anchor: cells.anchor() });
    window.addEventListener('pagehide', keep);
    return () => {
      window.removeEventListener('pagehide', keep);
      keep();
    };
  }, [opened, parts, path]);
}

const nothingHasFocus = () => window.document.activeElement === window.document.body;
