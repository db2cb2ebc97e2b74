import { cellId } from '#lib/core/ids.ts';
import type { NotebookParts } from './notebook-context.ts';

/** Where the browser's own menu is of more use. */
const ownMenu = 'a, img, video, audio, canvas, iframe, input, textarea, select, [contenteditable], .monaco-editor';

/**
 * The context menu of cells, by right click, menu key, Shift-F10 or a long press. A cell outside of the selection is
 * selected first. Shift with the right button gives the browser's menu, as does text that is selected.
 */
export function openCellMenu(event: React.MouseEvent, { commands, menu }: NotebookParts): void {
  const { target } = event;
  if (!(target instanceof Element) || (event.shiftKey && event.button === 2)) return;
  const frame = target.closest<HTMLElement>('[data-cell-id]');
  const name = frame?.dataset['cellId'];
  if (frame === null || name === undefined || target.closest(ownMenu) !== null) return;
  if (window.getSelection()?.isCollapsed === false) return;
  event.preventDefault();
  const id = cellId(name);
  const chosen = commands.selecting.chosen();
  commands.selecting.choose(chosen.includes(id) ? chosen : [id], id);
  const { left, top } = frame.getBoundingClientRect();
  const byKey = event.clientX === 0 && event.clientY === 0;
  menu.set(byKey ? { x: left + 24, y: Math.max(top, 0) + 24 } : { x: event.clientX, y: event.clientY });
}
