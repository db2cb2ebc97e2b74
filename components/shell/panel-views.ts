import { Activity, History, ListOrdered, type LucideIcon } from 'lucide-react';

export const panelViewIds = ['history', 'queue', 'resources'] as const;
export type PanelViewId = (typeof panelViewIds)[number];

export type PanelView = {
  readonly title: string;
  readonly icon: LucideIcon;
  /** What stands there while nothing fills it: teaches when something will. */
  readonly empty: string;
};

/** The views of the panel, in the order of their tabs. The shown document fills the slot `panel.<id>`. */
export const panelViews: Readonly<Record<PanelViewId, PanelView>> = {
  history: {
    title: 'Run history',
    icon: History,
    empty: 'What was run in the open notebook appears here: every run with its code and its outputs.',
  },
  queue: {
    title: 'Queue',
    icon: ListOrdered,
    empty:
      'What runs and waits in the open notebook appears here, in order. Run a cell with Shift+Enter while another runs.',
  },
  resources: {
    title: 'Resources',
    icon: Activity,
    empty:
      'What the kernel of the open notebook and its cluster take appears here: CPU, memory, tasks, graphics processors.',
  },
};
