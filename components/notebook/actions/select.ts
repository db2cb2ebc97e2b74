import { hasActive, type Rows } from './row.ts';

/** Going from cell to cell, and between the two modes. */
export const selectRows = {
  'cell.edit': {
    title: 'Edit the cell',
    category: 'Select',
    keys: ['Enter'],
    scope: 'notebook.command',
    isEnabled: hasActive,
    hidden: true,
    run: (c) => c.selecting.edit(),
  },
  'cell.next': {
    title: 'Select the next cell',
    category: 'Select',
    keys: ['ArrowDown', 'J'],
    scope: 'notebook.command',
    hidden: true,
    run: (c) => c.selecting.select(1),
  },
  'cell.previous': {
    title: 'Select the previous cell',
    category: 'Select',
    keys: ['ArrowUp', 'K'],
    scope: 'notebook.command',
    hidden: true,
    run: (c) => c.selecting.select(-1),
  },
} satisfies Rows;
