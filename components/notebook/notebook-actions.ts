import type { Action } from '#lib/client/actions/action.ts';
import { cellRows } from './actions/cell.ts';
import { collapseRows } from './actions/collapse.ts';
import { editRows } from './actions/edit.ts';
import { historyRows } from './actions/history.ts';
import { helpRows } from './actions/help.ts';
import { findRows } from './actions/find.ts';
import { kernelRows } from './actions/kernel.ts';
import type { Row, Rows } from './actions/row.ts';
import { queueRows } from './actions/queue.ts';
import { runRows } from './actions/run.ts';
import { selectRows } from './actions/select.ts';
import { viewRows } from './actions/view.ts';
import type { NotebookCommands } from './notebook-commands.ts';

/** Every action of the notebook, one table per topic. The keys are those of JupyterLab. */
const rows = {
  // Before those of the text: a tip that is open is closed first.
  ...helpRows,
  ...runRows,
  ...queueRows,
  ...historyRows,
  ...kernelRows,
  ...selectRows,
  ...cellRows,
  ...editRows,
  ...collapseRows,
  ...findRows,
  ...viewRows,
} satisfies Rows;

export type NotebookActionId = keyof typeof rows;

/** An action's row: its words, its keys and what it does. */
export const findNotebookAction = (id: NotebookActionId): Row => rows[id];

/** The key sequences of an action, for tooltips. */
export const keysOf = (id: NotebookActionId): readonly string[] => rows[id].keys;

/** The actions of one notebook, to be registered while it is shown. */
export function notebookActions(commands: NotebookCommands): readonly Action[] {
  return Object.entries<Row>(rows).map(([id, row]) => ({
    id,
    title: row.title,
    category: row.category,
    keys: row.keys,
    ...(row.nativeKeys === undefined ? {} : { nativeKeys: row.nativeKeys }),
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
