import { useEffect, useEffectEvent } from 'react';
import { usePlaceFocused } from '#lib/client/actions/use-actions.ts';
import { cellId } from '#lib/core/ids.ts';
import type { EarlyPlace } from './early-place.ts';
import type { NotebookParts } from './notebook-context.ts';
import { keepViewState, readViewState } from './view-state.ts';

/**
 * Brings a reader back to where the notebook was left, or leaves it where it went while the notebook opened, and
 * remembers the place when it is left again.
 */
export function useViewPlace(parts: NotebookParts, early: EarlyPlace, path: string, opened: boolean): void {
  const placeFocused = usePlaceFocused();
  const takesFocus = useEffectEvent(() => placeFocused && nothingHasFocus());
  useEffect(() => {
    if (!opened) return;
    const { commands, cells, document, selection } = parts;
    const place = readViewState(path);
    const left = place?.active ?? null;
    const active = left !== null && document.cell(cellId(left)) !== undefined ? cellId(left) : null;
    const hasBegun = selection.get().active !== null;
    commands.selecting.begin(takesFocus(), active);
    const anchor = early.anchor(document.cellIds()) ?? place?.anchor ?? null;
    if (anchor !== null && !hasBegun) cells.restore(anchor);
    // Under its present name: a rename takes the place along.
    const keep = () =>
      keepViewState(document.getSnapshot().path, { active: selection.get().active, anchor: cells.anchor() });
    window.addEventListener('pagehide', keep);
    return () => {
      window.removeEventListener('pagehide', keep);
      keep();
    };
  }, [opened, parts, early, path]);
}

const nothingHasFocus = () => window.document.activeElement === window.document.body;
