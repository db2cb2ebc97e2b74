import { Boxes, Files, ListTree, type LucideIcon, SquareActivity } from 'lucide-react';

export const sidebarViewIds = ['files', 'outline', 'clusters', 'running'] as const;
export type SidebarViewId = (typeof sidebarViewIds)[number];

export type SidebarView = {
  readonly title: string;
  readonly icon: LucideIcon;
  /** Keys that show it and put the focus into it. */
  readonly keys: readonly string[];
  /** What stands there while nothing fills it: teaches when something will. */
  readonly empty: string;
};

/**
 * The views of the sidebar, in the order of the activity bar. `app` gives a view its content, or a page fills the slot
 * `sidebar.<id>`: the shell knows no feature.
 */
export const sidebarViews: Readonly<Record<SidebarViewId, SidebarView>> = {
  files: { title: 'Files', icon: Files, keys: ['Alt-Shift-F'], empty: 'The files of the workspace appear here.' },
  outline: {
    title: 'Outline',
    icon: ListTree,
    keys: ['Alt-Shift-O'],
    empty: 'Headings of the open notebook appear here. Write one in a Markdown cell: # Title.',
  },
  clusters: {
    title: 'Clusters',
    icon: Boxes,
    keys: ['Alt-Shift-K'],
    empty: 'Clusters that were launched or attached appear here.',
  },
  running: {
    title: 'Running',
    icon: SquareActivity,
    keys: ['Alt-Shift-R'],
    empty: 'Notebooks that have a kernel appear here.',
  },
};

/** What a feature gives to a view. `onOpened` is called after it opened something: a drawer closes then. */
export type SidebarContent = (doors: { readonly onOpened: () => void }) => React.ReactNode;
export type SidebarContents = Readonly<Partial<Record<SidebarViewId, SidebarContent>>>;
