'use client';
import { useSyncExternalStore } from 'react';
import { SlotFill } from '#components/ui/slot.tsx';
import spoken from '#components/ui/spoken.module.css';
import { useNotebook } from './notebook-context.ts';

/** How many cells are selected, in the status bar and for those who do not see it. */
export function SelectionWords() {
  const { selection } = useNotebook();
  const count = useSyncExternalStore(
    selection.subscribe,
    () => selection.get().selected.size,
    () => 0,
  );
  const words = count === 0 ? '' : `${count} cells selected`;
  return (
    <>
      <div className={spoken.spoken} aria-live="polite">
        {words}
      </div>
      {count === 0 ? null : (
        <SlotFill name="status.caret">
          <span aria-hidden>{words}</span>
        </SlotFill>
      )}
    </>
  );
}
