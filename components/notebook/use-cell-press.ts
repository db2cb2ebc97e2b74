import type { CellId } from '#lib/core/ids.ts';
import type { CellType } from '#lib/core/notebook/model.ts';
import { useNotebook } from './notebook-context.ts';

const controls = 'button, select, a, input, textarea, summary, [data-drag-handle]';

/**
 * What a press of the mouse on a cell selects: alone it takes this cell, with Shift all up to it, with Ctrl or Cmd it
 * adds it or takes it out.
 */
export function useCellPress(id: CellId, type: CellType | undefined): (event: React.MouseEvent) => void {
  const { selection, commands } = useNotebook();
  return (event) => {
    const { target, button, shiftKey, ctrlKey, metaKey } = event;
    if (button !== 0 || !(target instanceof Element)) return;
    const { active, mode } = selection.get();
    const several = commands.selecting.hasSeveral();
    if (shiftKey || ctrlKey || metaKey) {
      // In the text that is being edited these select text.
      const inOwnText = active === id && mode === 'edit' && target.closest('[data-cell-editor]') !== null;
      if (inOwnText || target.closest(controls) !== null) return;
      event.preventDefault();
      return shiftKey ? commands.selecting.extendTo(id) : commands.selecting.toggle(id);
    }
    // A click into still code begins the edit; rendered Markdown is only selected.
    const own = type === 'markdown' ? 'button' : '[data-cell-editor]';
    if (target.closest(`${own}, ${controls}`) === null && (active !== id || several))
      selection.set({ active: id, mode: 'command' });
  };
}
