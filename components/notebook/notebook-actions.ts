import type { Action, ActionScope } from '#lib/client/actions/action.ts';
import type { NotebookCommands } from './notebook-commands.ts';

type Row = {
  readonly title: string;
  readonly category: 'Run' | 'Kernel' | 'Cell' | 'Notebook' | 'Edit';
  readonly keys: readonly string[];
  readonly scope: ActionScope;
  readonly run: (commands: NotebookCommands) => void | Promise<void>;
  readonly isEnabled?: (commands: NotebookCommands) => boolean;
  /** A motion: keys only. */
  readonly hidden?: true;
};

const hasActive = (commands: NotebookCommands) => commands.active() !== null;
const canEdit = (commands: NotebookCommands) => commands.canEdit();
const canEditActive = (commands: NotebookCommands) => commands.canEdit() && commands.active() !== null;
const hasKernel = (commands: NotebookCommands) => commands.hasKernel();
const inText = (commands: NotebookCommands) => commands.hasTextFocus();

/** Every action of the notebook: its words, keys and what it does. The keys are those of JupyterLab. */
const rows = {
  'run.cell': {
    title: 'Run the cell and select the next',
    category: 'Run',
    keys: ['Shift-Enter'],
    scope: 'notebook',
    isEnabled: hasActive,
    run: (c) => c.runActive('next'),
  },
  'run.stay': {
    title: 'Run the cell',
    category: 'Run',
    keys: ['Accel-Enter'],
    scope: 'notebook',
    isEnabled: hasActive,
    run: (c) => c.runActive('stay'),
  },
  'run.insert': {
    title: 'Run the cell and insert one below',
    category: 'Run',
    keys: ['Alt-Enter'],
    scope: 'notebook',
    isEnabled: canEditActive,
    run: (c) => c.runActive('insert'),
  },
  'run.all': {
    title: 'Run all cells',
    category: 'Run',
    keys: ['Accel-Shift-Enter'],
    scope: 'notebook',
    run: (c) => c.runAll(),
  },
  'run.above': {
    title: 'Run all cells above',
    category: 'Run',
    keys: [],
    scope: 'notebook',
    isEnabled: hasActive,
    run: (c) => c.runAbove(),
  },
  'run.below': {
    title: 'Run the cell and all below',
    category: 'Run',
    keys: [],
    scope: 'notebook',
    isEnabled: hasActive,
    run: (c) => c.runBelow(),
  },
  'run.cancel': {
    title: 'Cancel waiting cells',
    category: 'Run',
    keys: [],
    scope: 'notebook',
    isEnabled: hasKernel,
    run: (c) => c.cancelWaiting(),
  },
  'kernel.interrupt': {
    title: 'Interrupt the kernel',
    category: 'Kernel',
    keys: ['I I'],
    scope: 'notebook.command',
    isEnabled: hasKernel,
    run: (c) => c.interrupt(),
  },
  'kernel.restart': {
    title: 'Restart the kernel',
    category: 'Kernel',
    keys: ['0 0'],
    scope: 'notebook.command',
    isEnabled: hasKernel,
    run: (c) => c.restart(false),
  },
  'kernel.restartAndRunAll': {
    title: 'Restart the kernel and run all cells',
    category: 'Kernel',
    keys: [],
    scope: 'notebook',
    isEnabled: hasKernel,
    run: (c) => c.restart(true),
  },
  'outputs.clear': {
    title: 'Clear the outputs of the cell',
    category: 'Cell',
    keys: [],
    scope: 'notebook',
    isEnabled: canEditActive,
    run: (c) => c.clearOutputs('active'),
  },
  'outputs.clearAll': {
    title: 'Clear all outputs',
    category: 'Notebook',
    keys: [],
    scope: 'notebook',
    isEnabled: canEdit,
    run: (c) => c.clearOutputs('all'),
  },
  'cell.insertAbove': {
    title: 'Insert a cell above',
    category: 'Cell',
    keys: ['A'],
    scope: 'notebook.command',
    isEnabled: canEdit,
    run: (c) => c.insert('above', 'code'),
  },
  'cell.insertBelow': {
    title: 'Insert a cell below',
    category: 'Cell',
    keys: ['B'],
    scope: 'notebook.command',
    isEnabled: canEdit,
    run: (c) => c.insert('below', 'code'),
  },
  'cell.insertMarkdown': {
    title: 'Insert a Markdown cell below',
    category: 'Cell',
    keys: [],
    scope: 'notebook',
    isEnabled: canEdit,
    run: (c) => c.insert('below', 'markdown'),
  },
  'cell.delete': {
    title: 'Delete the cell',
    category: 'Cell',
    keys: ['D D'],
    scope: 'notebook.command',
    isEnabled: canEditActive,
    run: (c) => c.deleteActive(),
  },
  'cell.cut': {
    title: 'Cut the cell',
    category: 'Cell',
    keys: ['X'],
    scope: 'notebook.command',
    isEnabled: canEditActive,
    run: (c) => c.cut(),
  },
  'cell.copy': {
    title: 'Copy the cell',
    category: 'Cell',
    keys: ['C'],
    scope: 'notebook.command',
    isEnabled: hasActive,
    run: (c) => c.copy(),
  },
  'cell.paste': {
    title: 'Paste a cell below',
    category: 'Cell',
    keys: ['V'],
    scope: 'notebook.command',
    isEnabled: (c) => c.canEdit() && c.canPaste(),
    run: (c) => c.paste(),
  },
  'cell.moveUp': {
    title: 'Move the cell up',
    category: 'Cell',
    keys: ['Accel-Shift-ArrowUp'],
    scope: 'notebook',
    isEnabled: canEditActive,
    run: (c) => c.moveActive(-1),
  },
  'cell.moveDown': {
    title: 'Move the cell down',
    category: 'Cell',
    keys: ['Accel-Shift-ArrowDown'],
    scope: 'notebook',
    isEnabled: canEditActive,
    run: (c) => c.moveActive(1),
  },
  'cell.toCode': {
    title: 'Change the cell to code',
    category: 'Cell',
    keys: ['Y'],
    scope: 'notebook.command',
    isEnabled: canEditActive,
    run: (c) => c.setType('code'),
  },
  'cell.toMarkdown': {
    title: 'Change the cell to Markdown',
    category: 'Cell',
    keys: ['M'],
    scope: 'notebook.command',
    isEnabled: canEditActive,
    run: (c) => c.setType('markdown'),
  },
  'cell.toRaw': {
    title: 'Change the cell to raw',
    category: 'Cell',
    keys: ['R'],
    scope: 'notebook.command',
    isEnabled: canEditActive,
    run: (c) => c.setType('raw'),
  },
  'cell.undo': {
    title: 'Undo the last change to cells',
    category: 'Edit',
    keys: ['Z'],
    scope: 'notebook.command',
    isEnabled: canEdit,
    run: (c) => c.undo(),
  },
  'cell.redo': {
    title: 'Redo the last change to cells',
    category: 'Edit',
    keys: ['Shift-Z'],
    scope: 'notebook.command',
    isEnabled: canEdit,
    run: (c) => c.redo(),
  },
  'notebook.save': {
    title: 'Save the notebook',
    category: 'Notebook',
    keys: ['Accel-S'],
    scope: 'notebook',
    isEnabled: canEdit,
    run: (c) => c.save(),
  },
  'cell.edit': {
    title: 'Edit the cell',
    category: 'Edit',
    keys: ['Enter'],
    scope: 'notebook.command',
    isEnabled: hasActive,
    hidden: true,
    run: (c) => c.edit(),
  },
  'cell.next': {
    title: 'Select the next cell',
    category: 'Edit',
    keys: ['ArrowDown', 'J'],
    scope: 'notebook.command',
    hidden: true,
    run: (c) => c.select(1),
  },
  'cell.previous': {
    title: 'Select the previous cell',
    category: 'Edit',
    keys: ['ArrowUp', 'K'],
    scope: 'notebook.command',
    hidden: true,
    run: (c) => c.select(-1),
  },
  'edit.leave': {
    title: 'Leave the editor',
    category: 'Edit',
    keys: ['Escape'],
    scope: 'notebook.edit',
    isEnabled: inText,
    hidden: true,
    run: (c) => c.leaveEdit(),
  },
  'edit.up': {
    title: 'Go on in the cell above',
    category: 'Edit',
    keys: ['ArrowUp'],
    scope: 'notebook.edit',
    isEnabled: (c) => c.canLeaveText(-1),
    hidden: true,
    run: (c) => c.leaveText(-1),
  },
  'edit.down': {
    title: 'Go on in the cell below',
    category: 'Edit',
    keys: ['ArrowDown'],
    scope: 'notebook.edit',
    isEnabled: (c) => c.canLeaveText(1),
    hidden: true,
    run: (c) => c.leaveText(1),
  },
  'edit.undo': {
    title: 'Undo typing',
    category: 'Edit',
    keys: ['Accel-Z'],
    scope: 'notebook.edit',
    isEnabled: inText,
    hidden: true,
    run: (c) => c.undoText(),
  },
  'edit.redo': {
    title: 'Redo typing',
    category: 'Edit',
    keys: ['Accel-Shift-Z', 'Accel-Y'],
    scope: 'notebook.edit',
    isEnabled: inText,
    hidden: true,
    run: (c) => c.redoText(),
  },
} satisfies Readonly<Record<string, Row>>;

export type NotebookActionId = keyof typeof rows;

/** The key sequences of an action, for tooltips. */
export const keysOf = (id: NotebookActionId): readonly string[] => rows[id].keys;

/** The actions of one notebook, to be registered while it is shown. */
export function notebookActions(commands: NotebookCommands): readonly Action[] {
  return Object.entries<Row>(rows).map(([id, row]) => ({
    id,
    title: row.title,
    category: row.category,
    keys: row.keys,
    scope: row.scope,
    isEnabled: () => row.isEnabled?.(commands) ?? true,
    run: () => row.run(commands),
    ...(row.hidden === true ? { hidden: true } : {}),
  }));
}

/** Runs one of the actions on a notebook, as a button does; nothing when it is not enabled. */
export function runNotebookAction(commands: NotebookCommands, id: NotebookActionId): void {
  const row: Row = rows[id];
  if (row.isEnabled?.(commands) ?? true) void row.run(commands);
}
