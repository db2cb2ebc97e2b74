import type { Action } from '#lib/client/actions/action.ts';
import { closeDocument, goToOtherPane } from './document-actions.ts';
import { focusedPane, type LayoutEvent } from './layout.ts';
import { changeLayout, getLayout } from './layout-store.ts';

/** Browsers keep Ctrl-W, Ctrl-Tab and Ctrl-Shift-T for their own tabs. */
export const tabKeys = {
  close: 'Alt-W',
  reopen: 'Alt-Shift-T',
  next: 'Alt-PageDown',
  previous: 'Alt-PageUp',
  left: 'Alt-Shift-PageUp',
  right: 'Alt-Shift-PageDown',
  aside: 'Accel-\\',
  otherPane: 'F6',
} as const;

const shown = () => focusedPane(getLayout()).active;
const isShown = () => shown() !== null;
const isSplit = () => getLayout().panes.length > 1;

/** What can be done with tabs and panes from anywhere. */
export function tabActions(): readonly Action[] {
  const row = (id: string, title: string, keys: string | null, isEnabled: () => boolean, run: () => void): Action => ({
    id,
    title,
    category: 'View',
    keys: keys === null ? [] : [keys],
    scope: 'global',
    isEnabled,
    run,
  });
  const onShown = (act: (path: string) => void) => () => {
    const path = shown();
    if (path !== null) act(path);
  };
  const change = (event: (path: string) => LayoutEvent) => onShown((path) => changeLayout(event(path)));
  const hasTabs = () => focusedPane(getLayout()).tabs.length > 0;
  return [
    row('tab.close', 'Close this tab', tabKeys.close, isShown, onShown(closeDocument)),
    row(
      'tab.closeOthers',
      'Close the other tabs',
      null,
      isShown,
      change((path) => ({ type: 'RestClosed', path, which: 'others' })),
    ),
    row(
      'tab.reopen',
      'Reopen the closed tab',
      tabKeys.reopen,
      () => getLayout().closed.length > 0,
      () => changeLayout({ type: 'Reopened' }),
    ),
    row('tab.next', 'Go to the next tab', tabKeys.next, hasTabs, () => changeLayout({ type: 'Stepped', by: 1 })),
    row('tab.previous', 'Go to the tab before', tabKeys.previous, hasTabs, () =>
      changeLayout({ type: 'Stepped', by: -1 }),
    ),
    row(
      'tab.moveLeft',
      'Move this tab to the left',
      tabKeys.left,
      isShown,
      change((path) => ({ type: 'Nudged', path, by: -1 })),
    ),
    row(
      'tab.moveRight',
      'Move this tab to the right',
      tabKeys.right,
      isShown,
      change((path) => ({ type: 'Nudged', path, by: 1 })),
    ),
    row(
      'tab.aside',
      'Move this tab to the side',
      tabKeys.aside,
      () => isShown() && (isSplit() || focusedPane(getLayout()).tabs.length > 1),
      change((path) => ({ type: 'ShownAside', path })),
    ),
    row('view.otherPane', 'Go to the other pane', tabKeys.otherPane, isSplit, goToOtherPane),
    row('view.turnPanes', 'Put the panes side by side or one above the other', null, isSplit, () =>
      changeLayout({ type: 'Turned' }),
    ),
  ];
}
