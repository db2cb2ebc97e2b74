import { describeKeys } from '#lib/client/actions/action-registry.ts';
import type { MenuEntry } from '#components/ui/menu.tsx';
import { closeDocument } from './document-actions.ts';
import { type Layout, paneOf } from './layout.ts';
import { changeLayout } from './layout-store.ts';
import { tabKeys } from './tab-actions.ts';

/** What can be done with one tab. */
export function tabMenu(path: string, layout: Layout): readonly MenuEntry[] {
  const pane = paneOf(layout, path);
  const at = pane?.tabs.indexOf(path) ?? -1;
  const count = pane?.tabs.length ?? 0;
  const shortcut = (keys: string) => ({ shortcut: describeKeys({ keys: [keys] }) });
  const rest = (which: 'others' | 'right' | 'all') => () =>
    changeLayout({ type: 'RestClosed', path, which }, 'replace');
  return [
    { label: 'Close', ...shortcut(tabKeys.close), disabled: at === -1, onSelect: () => closeDocument(path) },
    { label: 'Close the others', disabled: count < 2, onSelect: rest('others') },
    { label: 'Close those to the right', disabled: at === count - 1, onSelect: rest('right') },
    { label: 'Close all', disabled: count === 0, onSelect: rest('all') },
    {
      label: 'Reopen the closed tab',
      ...shortcut(tabKeys.reopen),
      disabled: layout.closed.length === 0,
      onSelect: () => changeLayout({ type: 'Reopened' }),
    },
    'separator',
    {
      label: 'Move to the side',
      ...shortcut(tabKeys.aside),
      disabled: layout.panes.length === 1 && count < 2,
      onSelect: () => moveAside(path, layout),
    },
    {
      label: 'Move left',
      ...shortcut(tabKeys.left),
      disabled: at <= 0,
      onSelect: () => changeLayout({ type: 'Nudged', path, by: -1 }),
    },
    {
      label: 'Move right',
      ...shortcut(tabKeys.right),
      disabled: at === count - 1,
      onSelect: () => changeLayout({ type: 'Nudged', path, by: 1 }),
    },
  ];
}

/** Into the other pane, wherever the focus is. */
function moveAside(path: string, layout: Layout): void {
  const other = layout.panes.find(({ tabs }) => !tabs.includes(path));
  if (other === undefined) changeLayout({ type: 'ShownAside', path });
  else changeLayout({ type: 'Moved', path, pane: other.id, before: null });
}
