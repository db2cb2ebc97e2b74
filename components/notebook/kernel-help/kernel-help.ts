import type { Connection, DownPayload } from '#lib/client/connection-port.ts';
import type { NotebookDocument } from '#lib/client/document/notebook-document.ts';
import { cellId, type CellId, type RunId } from '#lib/core/ids.ts';
import type { EditorSlot } from '../editor-slot.ts';
import type { SelectionStore } from '../selection.ts';
import { CaretNotes } from './caret-notes.ts';
import { Completing } from './completing.ts';
import type { EditorHelp } from './editor-help.ts';
import type { HelpParts } from './help-parts.ts';
import { HelpStore } from './help-store.ts';
import { Inspecting } from './inspecting.ts';
import { Recalling } from './recalling.ts';

export type KernelHelpParts = {
  readonly connection: Connection;
  readonly document: NotebookDocument;
  readonly selection: SelectionStore;
  readonly editor: EditorSlot;
  readonly hasKernel: () => boolean;
  /** Whether this page asked for the run: then it acts on what the run leaves. */
  readonly ownsRun: (id: RunId) => boolean;
  readonly tell: (words: { readonly title: string; readonly description?: string }) => void;
};

/**
 * Help from the notebook's kernel while somebody writes: completion, inspection, history, and what runs leave beside
 * their outputs. Nothing here waits in front of a key: every answer is dropped unless the caret is where it was asked.
 */
export class KernelHelp {
  readonly store = new HelpStore();
  readonly #parts: KernelHelpParts;
  readonly #notes = new CaretNotes(this.store);
  readonly #completing: Completing;
  readonly #inspecting: Inspecting;
  readonly #recalling: Recalling;

  constructor(parts: KernelHelpParts) {
    this.#parts = parts;
    const { connection, document, hasKernel } = parts;
    const shared: HelpParts = { connection, document, hasKernel, store: this.store, notes: this.#notes };
    this.#completing = new Completing(shared);
    this.#inspecting = new Inspecting(shared);
    this.#recalling = new Recalling(shared);
  }

  /** Begins to listen; the returned function ends it. */
  open(): () => void {
    const { connection, editor } = this.#parts;
    let unwatch: (() => void) | undefined;
    const watch = (): void => {
      unwatch?.();
      unwatch = editor.get()?.help.onMoved(() => this.closeTip());
    };
    watch();
    const undo = [connection.on('run.payload', (message) => this.#left(message)), editor.subscribe(watch)];
    return () => {
      unwatch?.();
      this.#completing.forget();
      this.#inspecting.forget();
      this.#notes.clear();
      for (const off of undo) off();
    };
  }

  /** The caret of a code cell stands behind text and no list is open: Tab asks, Shift-Tab inspects. */
  canAsk(): boolean {
    const editor = this.#editor();
    return editor !== null && this.#isCode() && editor.isBehindText() && !editor.isOffering();
  }

  canComplete(): boolean {
    return this.canAsk() && this.#parts.document.canEdit();
  }

  complete(): void {
    const editor = this.#editor();
    if (editor !== null) void this.#completing.complete(editor);
  }

  inspect(): void {
    const editor = this.#editor();
    if (editor !== null) void this.#inspecting.inspect(editor);
  }

  /** Older inputs from the first line of a cell; newer ones while the cell shows one of them. */
  canRecall(by: -1 | 1): boolean {
    const editor = this.#editor();
    if (editor === null || !this.#isCode() || !this.#parts.document.canEdit() || editor.isOffering()) return false;
    if (this.#recalling.isWalking(editor)) return true;
    return by < 0 && this.#parts.editor.get()?.isCaretAt('first line') === true;
  }

  recall(by: -1 | 1): void {
    const editor = this.#editor();
    if (editor !== null) void this.#recalling.walk(editor, by);
  }

  hasTip(): boolean {
    return this.store.get().tip !== null;
  }

  closeTip(): void {
    this.#notes.clear();
    this.store.set({ tip: null });
  }

  hasPage(): boolean {
    return this.store.get().page !== null;
  }

  closePage(): void {
    this.store.set({ page: null });
  }

  focusPage(): void {
    const { page } = this.store.get();
    if (page !== null) this.store.set({ page: { ...page, focus: true } });
  }

  #editor(): EditorHelp | null {
    const editor = this.#parts.editor.get();
    return editor !== null && editor.hasTextFocus() ? editor.help : null;
  }

  #isCode(): boolean {
    const { active } = this.#parts.selection.get();
    return active !== null && this.#parts.document.cell(active)?.type === 'code';
  }

  #left({ notebookId, runId, cellId: ranIn, payload }: DownPayload<'run.payload'>): void {
    const { document, ownsRun, tell } = this.#parts;
    if (notebookId !== document.getSnapshot().notebookId || !ownsRun(runId)) return;
    switch (payload.kind) {
      case 'page':
        return this.store.set({ page: { title: 'Help', data: payload.data, focus: false } });
      case 'nextInput':
        return this.#insert(runId, ranIn, payload);
      case 'refused':
        return tell(
          payload.what === 'exit'
            ? { title: 'The code asked to quit.', description: 'The notebook stays open; end the kernel in its menu.' }
            : { title: 'The code asked for an editor.', description: 'Open the file from the list of files instead.' },
        );
    }
  }

  /** Text that a run left for a cell. It is never run by itself, and never takes the place of what somebody types. */
  #insert(runId: RunId, ranIn: CellId, { text, replace }: { readonly text: string; readonly replace: boolean }): void {
    const { document, selection, editor } = this.#parts;
    if (!document.canEdit()) return;
    const { active, mode } = selection.get();
    const typing = active === ranIn && mode === 'edit';
    if (replace && !typing && document.cell(ranIn)?.type === 'code' && editor.get()?.writeText(ranIn, text) === true)
      return;
    // The same id wherever it is made: two pages of one person that both know the run make one cell of it.
    const id = cellId(runId.replaceAll(/[^A-Za-z0-9]/g, '').slice(0, 12));
    if (document.cell(id) !== undefined) return;
    const ids = document.cellIds();
    const after = ids.includes(ranIn) ? ranIn : (ids.at(-1) ?? null);
    document.insertCell({ id, type: 'code', source: text, metadata: {} }, after);
  }
}
