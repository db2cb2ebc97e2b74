import type { MenuEntry } from '#components/ui/menu.tsx';
import { describeKeys } from '#lib/client/actions/action-registry.ts';
import { findNotebookAction, type NotebookActionId, runNotebookAction } from './notebook-actions.ts';
import type { NotebookCommands } from './notebook-commands.ts';

type Group = readonly NotebookActionId[];

const cellGroups: readonly Group[] = [
  ['run.stay', 'run.above', 'run.below', 'history.cell'],
  ['cell.cut', 'cell.copy', 'cell.paste', 'cell.pasteAbove', 'cell.duplicate', 'cell.delete'],
  ['cell.insertAbove', 'cell.insertBelow', 'cell.insertMarkdown'],
  ['cell.moveUp', 'cell.moveDown', 'cell.merge'],
  ['cell.toCode', 'cell.toMarkdown', 'cell.toRaw'],
  ['input.toggle', 'outputs.toggle', 'outputs.scroll', 'outputs.clear'],
  ['section.collapse', 'section.expand'],
];

const notebookGroups: readonly Group[] = [
  ['notebook.save'],
  ['cell.undo', 'cell.redo', 'select.all'],
  ['run.all', 'run.above', 'run.below', 'run.section', 'run.show', 'run.answer'],
  [
    'kernel.interrupt',
    'kernel.restart',
    'kernel.restartAndRunToHere',
    'kernel.restartAndRunAll',
    'kernel.restartAndClear',
    'kernel.shutdown',
  ],
  ['queue.show', 'queue.hold', 'queue.continue', 'queue.stopOnError', 'run.cancel'],
  ['outputs.clearAll', 'input.hideAll', 'input.showAll', 'outputs.hideAll', 'outputs.showAll'],
  ['section.collapseAll', 'section.expandAll', 'view.lineNumbers'],
  ['history.all'],
  ['find.open', 'find.replace'],
  ['run.notify', 'help.keys'],
];

/** What can be done with the selected cells: title, keys and state from the one registry. */
export function cellMenu(commands: NotebookCommands): readonly MenuEntry[] {
  return entries(cellGroups, (id) => entry(commands, id, findNotebookAction(id).isEnabled?.(commands) ?? true));
}

/** What can be done with the notebook. It may be asked for at every render: nothing is looked up for it. */
export function notebookMenu(commands: NotebookCommands): readonly MenuEntry[] {
  return entries(notebookGroups, (id) => entry(commands, id, true));
}

function entries(groups: readonly Group[], make: (id: NotebookActionId) => MenuEntry): readonly MenuEntry[] {
  return groups.flatMap((group, at) => [...(at === 0 ? [] : ['separator' as const]), ...group.map(make)]);
}

function entry(commands: NotebookCommands, id: NotebookActionId, enabled: boolean): MenuEntry {
  const { title, keys } = findNotebookAction(id);
  return {
    label: title,
    shortcut: describeKeys({ keys }),
    disabled: !enabled,
    // After the menu has given the focus back, so that an action which moves the focus has the last word.
    onSelect: () => void setTimeout(() => runNotebookAction(commands, id), 0),
  };
}
