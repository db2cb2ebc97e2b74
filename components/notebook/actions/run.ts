import { canEditActive, hasActive, hasKernel, type Rows } from './row.ts';

/** Running cells. */
export const runRows = {
  'run.cell': {
    title: 'Run the selected cells and go to the next',
    category: 'Run',
    keys: ['Shift-Enter'],
    scope: 'notebook',
    isEnabled: hasActive,
    run: (c) => c.running.runSelected('next'),
  },
  'run.stay': {
    title: 'Run the selected cells',
    category: 'Run',
    keys: ['Accel-Enter'],
    scope: 'notebook',
    isEnabled: hasActive,
    run: (c) => c.running.runSelected('stay'),
  },
  'run.insert': {
    title: 'Run the selected cells and insert one below',
    category: 'Run',
    keys: ['Alt-Enter'],
    scope: 'notebook',
    isEnabled: canEditActive,
    run: (c) => c.running.runSelected('insert'),
  },
  'run.all': {
    title: 'Run all cells',
    category: 'Run',
    keys: ['Accel-Shift-Enter'],
    scope: 'notebook',
    run: (c) => c.running.runAll(),
  },
  'run.above': {
    title: 'Run all cells above',
    category: 'Run',
    keys: [],
    scope: 'notebook',
    isEnabled: hasActive,
    run: (c) => c.running.runAbove(),
  },
  'run.below': {
    title: 'Run the cell and all below',
    category: 'Run',
    keys: [],
    scope: 'notebook',
    isEnabled: hasActive,
    run: (c) => c.running.runBelow(),
  },
  'run.cancel': {
    title: 'Cancel waiting cells',
    category: 'Run',
    keys: [],
    scope: 'notebook',
    isEnabled: hasKernel,
    run: (c) => c.running.cancelWaiting(),
  },
} satisfies Rows;
