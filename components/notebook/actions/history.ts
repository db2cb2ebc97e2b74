import type { Rows } from './row.ts';

/** What was run before. */
export const historyRows = {
  'history.cell': {
    title: 'Show the run history of the cell',
    category: 'Run',
    keys: ['G H'],
    scope: 'notebook.command',
    isEnabled: (c) => c.pastRuns.canShowCell(),
    run: (c) => c.pastRuns.showCell(),
  },
  'history.all': {
    title: 'Show the run history of the notebook',
    category: 'Run',
    keys: [],
    scope: 'notebook',
    run: (c) => c.pastRuns.showAll(),
  },
} satisfies Rows;
