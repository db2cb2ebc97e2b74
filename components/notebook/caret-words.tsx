'use client';
import { useSyncExternalStore } from 'react';
import { SlotFill } from '#components/ui/slot.tsx';
import type { CaretPlace } from './notebook-editor.ts';
import { useLiveEditor } from './notebook-context.ts';

const nowhere = () => () => undefined;
const none = (): CaretPlace | null => null;

/** Line and column of the caret in the status bar, while a cell is edited. */
export function CaretWords() {
  const live = useLiveEditor();
  const caret = useSyncExternalStore(live?.onCaret ?? nowhere, live?.caret ?? none, none);
  if (caret === null) return null;
  return (
    <SlotFill name="status.caret">
      Ln {caret.line}, Col {caret.column}
    </SlotFill>
  );
}
