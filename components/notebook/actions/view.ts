import { canEdit, canEditActive, type Rows } from './row.ts';

/** Outputs, and the notebook as a whole. */
export const viewRows = {
  'outputs.clear': {
    title: 'Clear the outputs of the cell',
    category: 'Cell',
    keys: [],
    scope: 'notebook',
    isEnabled: canEditActive,
    run: (c) => c.running.clearOutputs('active'),
  },
  'outputs.clearAll': {
    title: 'Clear all outputs',
    category: 'Notebook',
    keys: [],
    scope: 'notebook',
    isEnabled: canEdit,
    run: (c) => c.running.clearOutputs('all'),
  },
  'notebook.save': {
    title: 'Save the notebook',
    category: 'Notebook',
    keys: ['Accel-S'],
    scope: 'notebook',
    isEnabled: canEdit,
    run: (c) => c.saving.save(),
  },
} satisfies Rows;
