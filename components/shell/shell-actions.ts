import type { Action } from '#lib/client/actions/action.ts';
import { go } from './document-actions.ts';
import { createFile } from './file-actions.ts';
import { fileTree } from './file-tree-store.ts';
import { signOut } from './sign-out.ts';
import { panelPlace, hidePanel, showPanel } from './panel-place.ts';
import { panelViewIds, panelViews } from './panel-views.ts';
import { showSettings } from './settings-state.ts';
import { type SidebarViewId, sidebarViewIds, sidebarViews } from './sidebar-views.ts';
import { tabActions } from './tab-actions.ts';
import { themeChoice, themeChoices } from './theme.ts';
import { activeFolder, treeActions } from './tree-actions.ts';

export type ShellDoors = {
  readonly openPalette: () => void;
  readonly openKeys: () => void;
  readonly toggleSidebar: () => void;
  /** Shows a view of the sidebar and puts the focus into it. */
  readonly showView: (view: SidebarViewId) => void;
};

const always = () => true;

/** What can be done from anywhere in the frame. */
export function shellActions({ openPalette, openKeys, toggleSidebar, showView }: ShellDoors): readonly Action[] {
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
    ...panelViewIds.map((view) => ({
      ...global,
      id: `view.${view}`,
      title: `Show ${panelViews[view].title.toLowerCase()}`,
      category: 'View',
      run: () => showPanel(view),
    })),
    {
      ...global,
      id: 'view.closePanel',
      title: 'Close the panel',
      category: 'View',
      isEnabled: () => panelPlace.get().shown,
      run: hidePanel,
    },
    {
      ...global,
      id: 'files.newNotebook',
      title: 'New notebook',
      category: 'Files',
      keys: ['Alt-N'],
      run: () => createFile('notebook', activeFolder()),
    },
    {
      ...global,
      id: 'files.newFolder',
      title: 'New folder',
      category: 'Files',
      run: () => createFile('folder', activeFolder()),
    },
    {
      ...global,
      id: 'files.newFile',
      title: 'New file',
      category: 'Files',
      run: () => createFile('file', activeFolder()),
    },
    {
      ...global,
      id: 'files.refresh',
      title: 'List the files again',
      category: 'Files',
      run: () => fileTree.refresh(),
    },
    ...treeActions(),
    ...tabActions(),
    { ...global, id: 'view.home', title: 'Go to the start page', category: 'View', run: () => go('/') },
    ...themeChoices.map((choice) => ({
      ...global,
      id: `view.theme.${choice}`,
      title: themeTitles[choice],
      category: 'View',
      run: () => themeChoice.set(choice),
    })),
    {
      ...global,
      id: 'settings.history',
      title: 'Settings: run history',
      category: 'View',
      run: () => showSettings('history'),
    },
    {
      ...global,
      id: 'settings.idle',
      title: 'Settings: idle kernels',
      category: 'View',
      run: () => showSettings('idle'),
    },
    { ...global, id: 'account.signOut', title: 'Sign out', category: 'Account', run: signOut },
  ];
}
