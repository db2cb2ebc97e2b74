import type { Action } from '#lib/client/actions/action.ts';
import type { Navigation } from '#components/ui/navigation.tsx';
import { closeTab, createFile } from './file-actions.ts';
import { activeFolder } from './files-view.tsx';
import { fileTree } from './file-tree-store.ts';
import { notebookHref, notebookPathOf } from './locations.ts';
import { openTabs } from './open-tabs.ts';
import { signOut } from './sign-out.ts';
import { type SidebarViewId, sidebarViewIds, sidebarViews } from './sidebar-views.ts';
import { themeChoice, themeChoices } from './theme.ts';

export type ShellDoors = {
  readonly navigation: Navigation;
  readonly openPalette: () => void;
  readonly openKeys: () => void;
  readonly toggleSidebar: () => void;
  /** Shows a view of the sidebar and puts the focus into it. */
  readonly showView: (view: SidebarViewId) => void;
};

const always = () => true;

/** What can be done from anywhere in the frame. */
export function shellActions({
  navigation,
  openPalette,
  openKeys,
  toggleSidebar,
  showView,
}: ShellDoors): readonly Action[] {
  const shown = notebookPathOf(navigation.pathname);
  const hasTabs = () => openTabs.get().length > 0;
  const step = (by: number) => {
    const tabs = openTabs.get();
    const at = shown === null ? -1 : tabs.indexOf(shown);
    const next = tabs[(at + by + tabs.length) % tabs.length];
    if (next !== undefined) navigation.go(notebookHref(next));
  };
  const global = { scope: 'global', isEnabled: always, keys: [] } as const;
  const themeTitles = {
    system: 'Use the theme of the system',
    light: 'Use the light theme',
    dark: 'Use the dark theme',
  };
  return [
    {
      ...global,
      id: 'view.palette',
      title: 'Show all commands',
      category: 'View',
      keys: ['Accel-Shift-P', 'Accel-K'],
      run: openPalette,
      // Whoever reads the palette has found it.
      hidden: true,
    },
    {
      ...global,
      id: 'view.keys',
      title: 'Keyboard shortcuts',
      category: 'View',
      keys: ['Accel-Shift-H'],
      run: openKeys,
    },
    {
      ...global,
      id: 'view.sidebar',
      title: 'Show or hide the sidebar',
      category: 'View',
      keys: ['Accel-B'],
      run: toggleSidebar,
    },
    ...sidebarViewIds.map((view) => ({
      ...global,
      id: `view.${view}`,
      title: `Show ${sidebarViews[view].title.toLowerCase()}`,
      category: 'View',
      keys: sidebarViews[view].keys,
      run: () => showView(view),
    })),
    {
      ...global,
      id: 'files.newNotebook',
      title: 'New notebook',
      category: 'Files',
      keys: ['Alt-N'],
      run: () => createFile('notebook', activeFolder(), navigation),
    },
    {
      ...global,
      id: 'files.newFolder',
      title: 'New folder',
      category: 'Files',
      run: () => createFile('folder', activeFolder(), navigation),
    },
    {
      ...global,
      id: 'files.newFile',
      title: 'New file',
      category: 'Files',
      run: () => createFile('file', activeFolder(), navigation),
    },
    {
      ...global,
      id: 'files.refresh',
      title: 'List the files again',
      category: 'Files',
      run: () => fileTree.refresh(),
    },
    {
      ...global,
      id: 'tab.close',
      title: 'Close this tab',
      category: 'View',
      keys: ['Alt-W'],
      isEnabled: () => shown !== null,
      run: () => (shown === null ? undefined : closeTab(shown, navigation)),
    },
    {
      ...global,
      id: 'tab.next',
      title: 'Go to the next tab',
      category: 'View',
      keys: ['Alt-PageDown'],
      isEnabled: hasTabs,
      run: () => step(1),
    },
    {
      ...global,
      id: 'tab.previous',
      title: 'Go to the tab before',
      category: 'View',
      keys: ['Alt-PageUp'],
      isEnabled: hasTabs,
      run: () => step(-1),
    },
    { ...global, id: 'view.home', title: 'Go to the start page', category: 'View', run: () => navigation.go('/') },
    ...themeChoices.map((choice) => ({
      ...global,
      id: `view.theme.${choice}`,
      title: themeTitles[choice],
      category: 'View',
      run: () => themeChoice.set(choice),
    })),
    { ...global, id: 'account.signOut', title: 'Sign out', category: 'Account', run: signOut },
  ];
}
