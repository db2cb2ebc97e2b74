import { canEdit, type Rows } from './row.ts';

/** Looking for text in the notebook. */
export const findRows = {
  'find.open': {
    title: 'Find in the notebook',
    category: 'Edit',
    keys: ['Accel-F'],
    scope: 'notebook',
    run: (c) => c.finding.open(false),
  },
  'find.replace': {
    title: 'Find and replace in the notebook',
    category: 'Edit',
    keys: ['Accel-H'],
    scope: 'notebook',
    isEnabled: canEdit,
    run: (c) => c.finding.open(true),
  },
  'find.next': {
    title: 'Next match',
    category: 'Edit',
    keys: ['Accel-G', 'F3'],
    scope: 'notebook',
    isEnabled: (c) => c.finding.isOpen(),
    run: (c) => c.finding.step(1),
  },
  'find.previous': {
    title: 'Previous match',
    category: 'Edit',
    keys: ['Accel-Shift-G', 'Shift-F3'],
    scope: 'notebook',
    isEnabled: (c) => c.finding.isOpen(),
    run: (c) => c.finding.step(-1),
  },
} satisfies Rows;
