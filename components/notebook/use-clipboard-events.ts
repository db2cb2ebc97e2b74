import { useEffect } from 'react';
import { placeOf } from '#lib/client/actions/dispatch-keys.ts';
import { usePlaceFocused } from '#lib/client/actions/use-actions.ts';
import type { NotebookCommands } from './notebook-commands.ts';

/**
 * The browser's own copy, cut and paste while cells, not text, have the focus: they bring its clipboard along without a
 * question. Text that is selected in the page, and the editor, keep theirs.
 */
export function useClipboardEvents(commands: NotebookCommands, path: string): void {
  const focused = usePlaceFocused();
  useEffect(() => {
    if (!focused) return undefined;
    const onClipboard = (event: ClipboardEvent) => {
      const transfer = event.clipboardData;
      if (transfer === null || event.defaultPrevented || !isMine(event.target, path)) return;
      if (event.type !== 'paste' && window.getSelection()?.isCollapsed === false) return;
      if (event.type !== 'copy' && !commands.editing.canEdit()) return;
      event.preventDefault();
      if (event.type === 'copy') commands.clipping.copy(transfer);
      else if (event.type === 'cut') commands.clipping.cut(transfer);
      else commands.clipping.pasteFrom(transfer);
    };
    const kinds = ['copy', 'cut', 'paste'] as const;
    for (const kind of kinds) document.addEventListener(kind, onClipboard);
    return () => {
      for (const kind of kinds) document.removeEventListener(kind, onClipboard);
    };
  }, [commands, path, focused]);
}

/** Whether keys pressed at `target` act on the cells of this notebook. */
function isMine(target: EventTarget | null, path: string): boolean {
  if (!(target instanceof Element) || placeOf(target) !== 'notebook') return false;
  return target === document.body || target.closest(`main[aria-label="${CSS.escape(`Notebook ${path}`)}"]`) !== null;
}
