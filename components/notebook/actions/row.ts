import type { ActionScope } from '#lib/client/actions/action.ts';
import type { NotebookCommands } from '../notebook-commands.ts';

/** One action of the notebook: its words, its keys and what it does. */
export type Row = {
  readonly title: string;
  readonly category: 'Run' | 'Kernel' | 'Cell' | 'Notebook' | 'Edit' | 'Select' | 'View' | 'Help';
  readonly keys: readonly string[];
  /** Keys that the browser itself answers with an event of its own. */
  readonly nativeKeys?: readonly string[];
  readonly scope: ActionScope;
  readonly run: (commands: NotebookCommands) => void | Promise<void>;
  readonly isEnabled?: (commands: NotebookCommands) => boolean;
  /** A motion: keys only. */
  readonly hidden?: true;
};

export type Rows = Readonly<Record<string, Row>>;

export const hasActive = (commands: NotebookCommands): boolean => commands.selecting.active() !== null;
export const canEdit = (commands: NotebookCommands): boolean => commands.editing.canEdit();
export const canEditActive = (commands: NotebookCommands): boolean => canEdit(commands) && hasActive(commands);
export const canEditMarkdown = (commands: NotebookCommands): boolean =>
  canEdit(commands) && commands.joining.isMarkdown();
export const hasKernel = (commands: NotebookCommands): boolean => commands.running.hasKernel();
export const inText = (commands: NotebookCommands): boolean => commands.typing.hasFocus();
