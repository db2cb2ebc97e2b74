import type * as Y from 'yjs';
import { undoOf } from '../typing-undo.ts';
import type { CommandParts } from './parts.ts';
import type { Selecting } from './selecting.ts';

/** What keys do while the caret is in a cell's text. */
export class Typing {
  readonly #parts: CommandParts;
  readonly #selecting: Selecting;

  constructor(parts: CommandParts, selecting: Selecting) {
    this.#parts = parts;
    this.#selecting = selecting;
  }

  hasFocus(): boolean {
    return this.#parts.editor.get()?.hasTextFocus() ?? this.#parts.selection.get().mode === 'edit';
  }

  /** A list of suggestions is open: Escape and the arrows are its keys. */
  isChoosing(): boolean {
    return this.#parts.editor.get()?.help.isOffering() ?? false;
  }

  /** Whether an arrow goes on in the next cell: the caret is at the edge of this one's text. */
  canLeave(by: -1 | 1): boolean {
    const editor = this.#parts.editor.get();
    if (editor === null || !editor.hasTextFocus() || this.#selecting.neighbour(by) === undefined) return false;
    if (this.isChoosing()) return false;
    return editor.isCaretAt(by < 0 ? 'first line' : 'last line');
  }

  leave(by: -1 | 1): void {
    const next = this.#selecting.neighbour(by);
    if (next === undefined) return;
    // A rendered Markdown cell is not opened in passing.
    const type = this.#parts.document.cell(next)?.type;
    if (type === 'code' || type === 'raw')
      this.#parts.selection.set({ active: next, mode: 'edit', at: by < 0 ? 'end' : 'start', follow: true });
    else this.#selecting.activate(next);
  }

  undo(): void {
    this.#plainUndo()?.undo();
    this.#parts.editor.get()?.undo();
  }

  redo(): void {
    this.#plainUndo()?.redo();
    this.#parts.editor.get()?.redo();
  }

  /** Of the plain editor, while the live one is not there. */
  #plainUndo(): Y.UndoManager | null {
    const active = this.#selecting.active();
    const text = active === null ? undefined : this.#parts.document.text(active);
    return this.#parts.editor.get() === null && text !== undefined ? undoOf(text) : null;
  }
}
