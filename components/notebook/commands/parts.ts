import type { NotebookDocument } from '#lib/client/document/notebook-document.ts';
import type { NotebookResults } from '#lib/client/results/notebook-results.ts';
import type { CellId, InputId } from '#lib/core/ids.ts';
import type { EditorSlot } from '../editor-slot.ts';
import type { KernelHelp } from '../kernel-help/kernel-help.ts';
import type { FindStore } from '../find/find-store.ts';
import type { HistoryStore } from '../history/history-store.ts';
import type { NotebookRunner, RunTrouble } from '../notebook-runner.ts';
import type { NotebookQueue } from '../queue/notebook-queue.ts';
import type { SelectionStore } from '../selection.ts';

/** A yes-or-no question: `verb` is the word of the button that goes on. */
export type Question = { readonly title: string; readonly verb: string; readonly body: string };

/** What the commands ask of the page around them. */
export type CommandEffects = {
  readonly tell: (trouble: RunTrouble) => void;
  /** Says what happened, in a sentence that needs no answer. */
  readonly say: (title: string, description?: string) => void;
  /** Asks before something is lost; resolves to whether to go on. */
  readonly confirm: (question: Question) => Promise<boolean>;
  /** Says what happened, with one thing that can be done about it; one offer of an `id` at a time. */
  readonly offer: (offer: {
    readonly id: string;
    readonly title: string;
    readonly description: string;
    readonly verb: string;
    readonly run: () => void;
  }) => void;
  /** Answers what calls it off. */
  readonly later: (ms: number, then: () => void) => () => void;
  /** Says what was done, with the way back. */
  readonly offerUndo: (title: string, undo: () => void) => void;
  /** Puts the focus into the field of this question. */
  readonly focusInput: (id: InputId) => void;
  readonly newId: () => CellId;
};

/** What the commands of one notebook work on. */
export type CommandParts = {
  readonly document: NotebookDocument;
  readonly results: Pick<NotebookResults, 'cell' | 'notebookId'>;
  readonly selection: SelectionStore;
  readonly runner: NotebookRunner;
  readonly queue: NotebookQueue;
  readonly editor: EditorSlot;
  readonly help: KernelHelp;
  readonly find: FindStore;
  readonly history: HistoryStore;
  readonly effects: CommandEffects;
};
