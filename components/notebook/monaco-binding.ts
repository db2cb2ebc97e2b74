import type { editor } from 'monaco-editor/editor';
import * as Y from 'yjs';
import type { Monaco } from '#components/ui/monaco/monaco-setup.ts';
import type { TextEdit } from './text-edits.ts';
import { undoOf } from './typing-undo.ts';
import { editsOfChanges, editsOfDelta, endOfEdits, offsetAfter, smallestEdit, withLineFeeds } from './text-edits.ts';

/**
 * Keeps one editor model and one Y.Text equal, with the smallest edits in both directions. Undo takes
 * back what was typed here and nothing that others typed; it outlives this binding. Lives as long as its model.
 */
export class MonacoBinding implements Disposable {
  readonly text: Y.Text;
  readonly model: editor.ITextModel;
  readonly #monaco: Monaco;
  readonly #shownIn: () => editor.ICodeEditor | null;
  #undo: Y.UndoManager;
  readonly #listening: { dispose(): void };
  /** True while a change of the document is being written into the model. */
  #receiving = false;

  /** `shownIn`: the editor when it shows this model now, so that its selections stay where they were. */
  constructor(monaco: Monaco, text: Y.Text, model: editor.ITextModel, shownIn: () => editor.ICodeEditor | null) {
    this.#monaco = monaco;
    this.text = text;
    this.model = model;
    this.#shownIn = shownIn;
    this.#undo = undoOf(text);
    this.use();
    text.observe(this.#onText);
    this.#listening = model.onDidChangeContent((event) => this.#onModel(event));
    this.#adopt();
  }

  /** The text is edited again: its undo is among those that stay longest. */
  use(): void {
    this.#undo = undoOf(this.text);
    this.#undo.addTrackedOrigin(this);
  }

  undo(): void {
    this.#undo.undo();
  }

  redo(): void {
    this.#undo.redo();
  }

  [Symbol.dispose](): void {
    this.text.unobserve(this.#onText);
    this.#listening.dispose();
    this.#undo.removeTrackedOrigin(this);
  }

  readonly #onText = (event: Y.YTextEvent, transaction: Y.Transaction): void => {
    if (transaction.origin === this) return;
    const edits = editsOfDelta(event.delta);
    const mine = transaction.origin === this.#undo;
    this.#write(edits, mine);
    if (this.text.length !== this.model.getValueLength()) this.#adopt();
  };

  #onModel(event: editor.IModelContentChangedEvent): void {
    if (this.#receiving) return;
    const doc = this.text.doc;
    if (doc === null) return;
    doc.transact(() => {
      for (const { offset, length, text } of editsOfChanges(event.changes)) {
        if (length > 0) this.text.delete(offset, length);
        if (text !== '') this.text.insert(offset, text);
      }
      // Line ends that the model does not know would shift every later offset: the model's text wins. Lengths are
      // compared first: this runs at every keystroke.
      if (this.text.length === this.model.getValueLength()) return;
      const edit = smallestEdit(this.text.toString(), this.model.getValue());
      if (edit !== null) {
        this.text.delete(edit.offset, edit.length);
        this.text.insert(edit.offset, edit.text);
      }
    }, this);
  }

  /** Mends the model where it is not the document's text. */
  #adopt(): void {
    const edit = smallestEdit(this.model.getValue(), withLineFeeds(this.text.toString()));
    if (edit !== null) this.#write([edit], false);
  }

  #write(edits: readonly TextEdit[], followed: boolean): void {
    if (edits.length === 0) return;
    const shownIn = this.#shownIn();
    const selections = shownIn?.getSelections() ?? null;
    const offsets = selections?.map((selection) => ({
      anchor: this.model.getOffsetAt({
        lineNumber: selection.selectionStartLineNumber,
        column: selection.selectionStartColumn,
      }),
      head: this.model.getOffsetAt(selection.getPosition()),
    }));
    this.#receiving = true;
    try {
      this.model.applyEdits(
        edits.map(({ offset, length, text }) => ({
          range: this.#range(offset, offset + length),
          text: withLineFeeds(text),
          forceMoveMarkers: false,
        })),
      );
    } finally {
      this.#receiving = false;
    }
    if (shownIn === null || offsets === undefined) return;
    if (followed) {
      // One's own undo: the caret goes where the text changed.
      const end = this.model.getPositionAt(endOfEdits(edits));
      shownIn.setPosition(end);
      shownIn.revealPosition(end);
      return;
    }
    shownIn.setSelections(
      offsets.map(({ anchor, head }) => {
        const from = this.model.getPositionAt(offsetAfter(edits, anchor));
        const to = this.model.getPositionAt(offsetAfter(edits, head));
        return new this.#monaco.Selection(from.lineNumber, from.column, to.lineNumber, to.column);
      }),
    );
  }

  #range(start: number, end: number) {
    const from = this.model.getPositionAt(start);
    const to = this.model.getPositionAt(end);
    return new this.#monaco.Range(from.lineNumber, from.column, to.lineNumber, to.column);
  }
}
