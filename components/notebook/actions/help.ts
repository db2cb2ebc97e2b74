import type { Rows } from './row.ts';

/** Help from the kernel. */
export const helpRows = {
  'help.complete': {
    title: 'Complete the code at the caret',
    category: 'Help',
    keys: ['Tab', 'Ctrl-Space'],
    scope: 'notebook.edit',
    isEnabled: (c) => c.help.canComplete(),
    run: (c) => c.help.complete(),
  },
  'help.inspect': {
    title: 'Tell what the name at the caret is',
    category: 'Help',
    keys: ['Shift-Tab'],
    scope: 'notebook.edit',
    isEnabled: (c) => c.help.canAsk(),
    run: (c) => c.help.inspect(),
  },
  'help.older': {
    title: 'Take an older input of the kernel into the cell',
    category: 'Help',
    keys: ['Alt-ArrowUp'],
    scope: 'notebook.edit',
    isEnabled: (c) => c.help.canRecall(-1),
    hidden: true,
    run: (c) => c.help.recall(-1),
  },
  'help.newer': {
    title: 'Take a newer input of the kernel into the cell',
    category: 'Help',
    keys: ['Alt-ArrowDown'],
    scope: 'notebook.edit',
    isEnabled: (c) => c.help.canRecall(1),
    hidden: true,
    run: (c) => c.help.recall(1),
  },
  'help.closeTip': {
    title: 'Close the help at the caret',
    category: 'Help',
    keys: ['Escape'],
    scope: 'notebook.edit',
    isEnabled: (c) => c.help.hasTip(),
    hidden: true,
    run: (c) => c.help.closeTip(),
  },
  'help.closePage': {
    title: 'Close the help pane',
    category: 'Help',
    keys: ['Escape'],
    scope: 'notebook.command',
    isEnabled: (c) => c.help.hasPage(),
    run: (c) => c.help.closePage(),
  },
  'help.focusPage': {
    title: 'Go to the help pane',
    category: 'Help',
    keys: [],
    scope: 'notebook',
    isEnabled: (c) => c.help.hasPage(),
    run: (c) => c.help.focusPage(),
  },
} satisfies Rows;
