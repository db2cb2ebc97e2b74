import type { editor, IPosition } from 'monaco-editor/editor';
import type { CellId } from '#lib/core/ids.ts';
import { smallestEdit } from '../text-edits.ts';
import { offerFor } from './completion-provider.ts';
import type { Suggestion } from './suggestions.ts';

/** The caret at one moment: to tell later whether an answer still belongs there. `cursor` in UTF-16 units. */
export type HelpPlace = {
  readonly cellId: CellId;
  readonly model: editor.ITextModel;
  readonly text: string;
  readonly cursor: number;
};

/** A caret on the screen, in client px. */
export type CaretBox = { readonly left: number; readonly top: number; readonly bottom: number };

/** Widgets of all editors, over everything: inside a cell they would be clipped. The page lives as long as it does. */
let overflow: HTMLElement | null = null;

/** Where the editor puts what floats over the text. */
export function overflowNode(): HTMLElement {
  if (overflow !== null) return overflow;
  overflow = document.createElement('div');
  overflow.className = 'monaco-editor';
  overflow.dataset['editorOverflow'] = '';
  document.body.append(overflow);
  return overflow;
}

/** What help does with the live editor: where the caret is, whether it is still there, lists and edits at it. */
export class EditorHelp {
  readonly #editor: editor.IStandaloneCodeEditor;
  readonly #shown: () => CellId | null;

  constructor(live: editor.IStandaloneCodeEditor, shown: () => CellId | null) {
    this.#editor = live;
    this.#shown = shown;
  }

  /** Null without a lone caret in the text. */
  place(): HelpPlace | null {
    const cellId = this.#shown();
    const model = this.#editor.getModel();
    const selections = this.#editor.getSelections() ?? [];
    const position = this.#editor.getPosition();
    if (cellId === null || model === null || position === null || !this.#editor.hasTextFocus()) return null;
    if (selections.length !== 1 || selections[0]?.isEmpty() !== true) return null;
    return { cellId, model, text: model.getValue(), cursor: model.getOffsetAt(position) };
  }

  /** Whether the caret is alone, behind something on its line that is not blank. */
  isBehindText(): boolean {
    const model = this.#editor.getModel();
    const selections = this.#editor.getSelections() ?? [];
    const [only] = selections;
    if (model === null || only === undefined || selections.length > 1 || !only.isEmpty()) return false;
    const { positionLineNumber: line, positionColumn: column } = only;
    return /\S/.test(
      model.getValueInRange({ startLineNumber: line, startColumn: 1, endLineNumber: line, endColumn: column }),
    );
  }

  /** What was typed at the place since then; null once the caret is elsewhere, or anything else of the cell has changed. */
  typedSince(then: HelpPlace): string | null {
    const now = this.place();
    if (now === null || now.cellId !== then.cellId || now.model !== then.model || now.cursor < then.cursor) return null;
    const typed = now.text.slice(then.cursor, now.cursor);
    const same = now.text === then.text.slice(0, then.cursor) + typed + then.text.slice(then.cursor);
    return same ? typed : null;
  }

  /** Opens the list at the caret. `start` and `end`: what a choice replaces, in the text as it is now. */
  offer(rows: readonly Suggestion[], start: number, end: number): void {
    const model = this.#editor.getModel();
    const caret = this.#editor.getPosition();
    if (model === null || caret === null) return;
    const from = model.getPositionAt(start);
    const to = model.getPositionAt(end);
    // The list knows one line.
    if (from.lineNumber !== caret.lineNumber || to.lineNumber !== caret.lineNumber) return;
    const range = { insert: rangeOf(from, caret), replace: rangeOf(from, to) };
    offerFor(model, { version: model.getVersionId(), rows, range });
    this.#editor.trigger('help', 'editor.action.triggerSuggest', { auto: false });
  }

  /** The list is open: Tab, Enter, Escape and the arrows are its keys. */
  isOffering(): boolean {
    return overflow?.querySelector('.suggest-widget.visible') != null && this.#editor.hasTextFocus();
  }

  /** Replaces text as if it had been typed; the caret goes behind it. */
  replace(start: number, end: number, text: string): void {
    const model = this.#editor.getModel();
    if (model === null) return;
    const range = rangeOf(model.getPositionAt(start), model.getPositionAt(end));
    this.#editor.executeEdits('help', [{ range, text, forceMoveMarkers: true }]);
    this.#editor.setPosition(model.getPositionAt(start + text.length));
  }

  /** Makes this the whole text, in one step of undo; the caret goes to its end. */
  replaceAll(text: string): void {
    const model = this.#editor.getModel();
    if (model === null) return;
    const edit = smallestEdit(model.getValue(), text);
    if (edit !== null) this.replace(edit.offset, edit.offset + edit.length, edit.text);
    this.#editor.setPosition(model.getFullModelRange().getEndPosition());
    this.#editor.revealPosition(model.getFullModelRange().getEndPosition());
  }

  caretBox(): CaretBox | null {
    const position = this.#shown() === null ? null : this.#editor.getPosition();
    const place = position === null ? null : this.#editor.getScrolledVisiblePosition(position);
    const frame = this.#editor.getDomNode()?.getBoundingClientRect();
    if (place === null || frame === undefined) return null;
    return { left: frame.left + place.left, top: frame.top + place.top, bottom: frame.top + place.top + place.height };
  }

  /** Called when the caret moves, the text changes, or the editor loses the focus. */
  onMoved(listener: () => void): () => void {
    const listening = [
      this.#editor.onDidChangeCursorSelection(listener),
      this.#editor.onDidChangeModelContent(listener),
      this.#editor.onDidChangeModel(listener),
      this.#editor.onDidBlurEditorText(listener),
    ];
    return () => {
      for (const one of listening) one.dispose();
    };
  }
}

const rangeOf = (from: IPosition, to: IPosition) => ({
  startLineNumber: from.lineNumber,
  startColumn: from.column,
  endLineNumber: to.lineNumber,
  endColumn: to.column,
});
