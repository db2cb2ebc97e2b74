import type { NotebookDocument } from '#lib/client/document/notebook-document.ts';
import type { CellId } from '#lib/core/ids.ts';
import { cellId } from '#lib/core/ids.ts';
import type { CellContent, CellType } from '#lib/core/notebook/model.ts';
import type { EditorSlot } from './editor-slot.ts';
import type { NotebookRunner, RunTrouble } from './notebook-runner.ts';
import type { NotebookMode, SelectionStore } from './selection.ts';

/** What the commands ask of the page around them. */
export type CommandEffects = {
  readonly tell: (trouble: RunTrouble) => void;
  /** Asks before a restart; resolves to whether to go on. */
  readonly confirmRestart: (alsoRun: boolean) => Promise<boolean>;
  readonly newId: () => CellId;
};

/** Cells that were cut or copied, for all notebooks of this page. */
let clipboard: CellContent | null = null;

/**
 * Everything a person does with the cells of one notebook, by key, button or palette. Owns no state but the shared
 * clipboard: the document, the selection and the runner have it.
 */
export class NotebookCommands {
  readonly #document: NotebookDocument;
  readonly #selection: SelectionStore;
  readonly #runner: NotebookRunner;
  readonly #editor: EditorSlot;
  readonly #effects: CommandEffects;

  constructor(
    document: NotebookDocument,
    selection: SelectionStore,
    runner: NotebookRunner,
    editor: EditorSlot,
    effects: CommandEffects,
  ) {
    this.#document = document;
    this.#selection = selection;
    this.#runner = runner;
    this.#editor = editor;
    this.#effects = effects;
  }

  /** The active cell, if it still exists. */
  active(): CellId | null {
    const { active } = this.#selection.get();
    return active !== null && this.#document.cell(active) !== undefined ? active : null;
  }

  canEdit(): boolean {
    return this.#document.canEdit();
  }

  canPaste(): boolean {
    return clipboard !== null;
  }

  hasKernel(): boolean {
    return this.#runner.session() !== null;
  }

  hasTextFocus(): boolean {
    return this.#editor.get()?.hasTextFocus() ?? this.#selection.get().mode === 'edit';
  }

  // --- selecting ---

  /** The first cell is the active one until a person chooses: keys work at once. Takes the focus only where told to. */
  begin(focus: boolean): void {
    const [first] = this.#document.cellIds();
    if (this.active() === null && first !== undefined)
      this.#selection.set({ active: first, mode: 'command', follow: focus });
  }

  activate(id: CellId, mode: NotebookMode = 'command'): void {
    this.#selection.set({ active: id, mode, follow: true });
  }

  /** Selects the cell `by` places further; the first one when none is active. */
  select(by: -1 | 1): void {
    const next = this.#neighbour(by) ?? (this.active() === null ? this.#document.cellIds()[0] : undefined);
    if (next !== undefined) this.activate(next);
  }

  edit(): void {
    const id = this.active();
    if (id !== null && this.#document.cell(id)?.type !== 'unknown') this.#selection.set({ mode: 'edit', follow: true });
  }

  /** Back to command mode: Markdown is rendered, code shown as text. */
  leaveEdit(): void {
    this.#selection.set({ mode: 'command', follow: true });
  }

  /** The person went on elsewhere in the page: keys no longer type into the cell. */
  rest(): void {
    this.#selection.set({ mode: 'command' });
  }

  canLeaveText(by: -1 | 1): boolean {
    const editor = this.#editor.get();
    if (editor === null || !editor.hasTextFocus() || this.#neighbour(by) === undefined) return false;
    return editor.isCaretAt(by < 0 ? 'first line' : 'last line');
  }

  leaveText(by: -1 | 1): void {
    const next = this.#neighbour(by);
    if (next === undefined) return;
    // A rendered Markdown cell is not opened in passing.
    const type = this.#document.cell(next)?.type;
    if (type === 'code' || type === 'raw')
      this.#selection.set({ active: next, mode: 'edit', at: by < 0 ? 'end' : 'start', follow: true });
    else this.activate(next);
  }

  undoText(): void {
    this.#editor.get()?.undo();
  }

  redoText(): void {
    this.#editor.get()?.redo();
  }

  // --- changing cells ---

  insert(where: 'above' | 'below', type: CellType): void {
    const ids = this.#document.cellIds();
    const active = this.active();
    const at = active === null ? ids.length - 1 : ids.indexOf(active);
    const after = where === 'below' ? ids[at] : ids[at - 1];
    const id = this.#effects.newId();
    this.#document.insertCell({ id, type, source: '', metadata: {} }, after ?? null);
    this.activate(id);
  }

  insertAfter(after: CellId, type: CellType): void {
    const id = this.#effects.newId();
    this.#document.insertCell({ id, type, source: '', metadata: {} }, after);
    this.#selection.set({ active: id, mode: 'edit', follow: true });
  }

  deleteActive(): void {
    const id = this.active();
    if (id === null) return;
    const next = this.#neighbour(1) ?? this.#neighbour(-1) ?? null;
    this.#document.deleteCells([id]);
    this.#selection.set({ active: next, mode: 'command', follow: true });
  }

  moveActive(by: -1 | 1): void {
    const id = this.active();
    if (id === null) return;
    const ids = this.#document.cellIds();
    const at = ids.indexOf(id);
    if (at + by < 0 || at + by >= ids.length) return;
    this.#document.moveCell(id, by > 0 ? (ids[at + 1] ?? null) : (ids[at - 2] ?? null));
    const { mode } = this.#selection.get();
    this.#selection.set({ active: id, mode, follow: true });
  }

  setType(type: CellType): void {
    const id = this.active();
    if (id !== null && this.#document.cell(id)?.type !== 'unknown') this.#document.setCellType(id, type);
  }

  copy(): void {
    const id = this.active();
    if (id !== null) clipboard = this.#document.content(id) ?? clipboard;
  }

  cut(): void {
    this.copy();
    this.deleteActive();
  }

  paste(): void {
    if (clipboard === null) return;
    const id = this.#effects.newId();
    const ids = this.#document.cellIds();
    this.#document.insertCell({ ...clipboard, id }, this.active() ?? ids.at(-1) ?? null);
    this.activate(id);
  }

  undo(): void {
    this.#document.undo();
  }

  redo(): void {
    this.#document.redo();
  }

  async save(recreate = false): Promise<void> {
    const failed = await this.#document.save(recreate ? { recreate } : {});
    if (failed !== null) this.#effects.tell({ fault: failed, choose: false });
  }

  /** Settles a conflict the way a person chose. */
  async resolve(id: CellId, choice: 'ours' | 'theirs' | 'both'): Promise<void> {
    const failed = await this.#document.resolve(id, choice);
    if (failed !== null) this.#effects.tell({ fault: failed, choose: false });
  }

  // --- running ---

  /** Runs the active cell (or renders it) and then stays, selects the next one, or inserts one below. */
  runActive(then: 'stay' | 'next' | 'insert'): void {
    const id = this.active();
    if (id === null) return;
    const isCode = this.#document.cell(id)?.type === 'code';
    if (isCode) this.#run([id]);
    const next = this.#neighbour(1);
    if (then === 'insert' || (then === 'next' && next === undefined)) {
      if (!this.canEdit()) return this.activate(id);
      this.insertAfter(id, 'code');
    } else {
      this.activate(then === 'next' && next !== undefined ? next : id);
    }
  }

  runAll(): void {
    this.#run(this.#document.cellIds());
  }

  runAbove(): void {
    const ids = this.#document.cellIds();
    const id = this.active();
    if (id !== null) this.#run(ids.slice(0, ids.indexOf(id)));
  }

  runBelow(): void {
    const ids = this.#document.cellIds();
    const id = this.active();
    if (id !== null) this.#run(ids.slice(ids.indexOf(id)));
  }

  async cancelWaiting(): Promise<void> {
    this.#report(await this.#runner.cancelWaiting());
  }

  async interrupt(): Promise<void> {
    this.#report(await this.#runner.interrupt());
  }

  async restart(alsoRun: boolean): Promise<void> {
    if (!(await this.#effects.confirmRestart(alsoRun))) return;
    const blocked = await this.#runner.restart();
    this.#report(blocked);
    if (alsoRun && blocked === null) this.runAll();
  }

  async clearOutputs(which: 'active' | 'all'): Promise<void> {
    const id = this.active();
    if (which === 'active' && id === null) return;
    this.#report(await this.#runner.clearOutputs(which === 'active' && id !== null ? [id] : null));
  }

  #run(ids: readonly CellId[]): void {
    const code = ids.filter((id) => this.#document.cell(id)?.type === 'code');
    void this.#runner.run(code).then((blocked) => this.#report(blocked));
  }

  #report(blocked: RunTrouble | null): void {
    if (blocked !== null) this.#effects.tell(blocked);
  }

  #neighbour(by: -1 | 1): CellId | undefined {
    const id = this.active();
    if (id === null) return undefined;
    const ids = this.#document.cellIds();
    return ids[ids.indexOf(id) + by];
  }
}

/** An id as nbformat 4.5 wants it: letters and digits, at most 64. */
export function newCellId(): CellId {
  return cellId(crypto.randomUUID().replaceAll('-', '').slice(0, 12));
}
