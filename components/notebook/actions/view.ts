import { actionRegistry } from '#lib/client/actions/action-registry.ts';
import { lineNumbers } from '../line-numbers.ts';
import { canEdit, canEditActive, type Rows } from './row.ts';

/** Outputs, and the notebook as a whole. */
export const viewRows = {
  'outputs.clear': {
    title: 'Clear the outputs of the selected cells',
    category: 'Cell',
    keys: [],
    scope: 'notebook',
    isEnabled: canEditActive,
    run: (c) => c.running.clearOutputs('selected'),
  },
  'outputs.clearAll': {
    title: 'Clear all outputs',
    category: 'Notebook',
    keys: [],
    scope: 'notebook',
    isEnabled: canEdit,
    run: (c) => c.running.clearOutputs('all'),
  },
  'outputs.readWhole': {
    title: 'Show the whole text that the cell wrote',
    category: 'Cell',
    keys: [],
    scope: 'notebook',
    isEnabled: (c) => c.reading.storedText() !== null,
    run: (c) => c.reading.showAll(),
  },
  'view.lineNumbers': {
    title: 'Show or hide line numbers',
    category: 'View',
    keys: ['Shift-L'],
    scope: 'notebook.command',
    run: () => lineNumbers.toggle(),
  },
  'help.keys': {
    title: 'Keyboard shortcuts',
    category: 'View',
    keys: ['H'],
    scope: 'notebook.command',
    // The palette has the shell's own.
    hidden: true,
    run: () => void actionRegistry.run('view.keys'),
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
