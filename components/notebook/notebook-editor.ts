import type { editor } from 'monaco-editor/editor';
import type { Awareness } from 'y-protocols/awareness';
import type * as Y from 'yjs';
import type { CellId } from '#lib/core/ids.ts';
import type { TextMatch } from '#lib/core/notebook/find-text.ts';
import { editorPadding, lineHeight, numberDigits, numberGap, tallestText } from './editor-metrics.ts';
import { EditorHelp, overflowNode } from './kernel-help/editor-help.ts';
import { markHiddenCharacters } from './hidden-marks.ts';
import { MonacoBinding } from './monaco-binding.ts';
import type { Monaco } from '#components/ui/monaco/monaco-setup.ts';
import { RemoteCursors } from './remote-cursors.ts';
import type { CaretOffset } from './selection.ts';

/** Models kept for cells that were edited and left; the one left longest ago goes first. */
const keptModels = 16;

const options: editor.IStandaloneEditorConstructionOptions = {
  accessibilitySupport: 'auto',
  automaticLayout: false,
  bracketPairColorization: { enabled: false },
  contextmenu: false,
  cursorSmoothCaretAnimation: 'off',
  folding: false,
  fontFamily: "'JetBrains Mono', ui-monospace, monospace",
  fontLigatures: false,
  fontSize: 13,
  glyphMargin: false,
  guides: { indentation: false },
  hideCursorInOverviewRuler: true,
  inlayHints: { enabled: 'off' },
  insertSpaces: true,
  lightbulb: {},
  lineDecorationsWidth: 0,
  lineHeight,
  lineNumbers: 'off',
  lineNumbersMinChars: 0,
  links: false,
  minimap: { enabled: false },
  occurrencesHighlight: 'off',
  overviewRulerBorder: false,
  overviewRulerLanes: 0,
  padding: { top: editorPadding, bottom: editorPadding },
  quickSuggestions: false,
  renderLineHighlight: 'none',
  roundedSelection: false,
  scrollBeyondLastColumn: 2,
  scrollBeyondLastLine: false,
  scrollbar: {
    alwaysConsumeMouseWheel: false,
    horizontal: 'auto',
    horizontalScrollbarSize: 8,
    ignoreHorizontalScrollbarInContentHeight: true,
    useShadows: false,
    vertical: 'hidden',
  },
  selectionHighlight: false,
  snippetSuggestions: 'none',
  suggest: { preview: false, selectionMode: 'always', showStatusBar: false },
  suggestOnTriggerCharacters: false,
  stickyScroll: { enabled: false },
  tabSize: 4,
  unicodeHighlight: { ambiguousCharacters: false, invisibleCharacters: false, nonBasicASCII: false },
  unusualLineTerminators: 'off',
  wordBasedSuggestions: 'off',
};

type Kept = { readonly binding: MonacoBinding; view: editor.ICodeEditorViewState | null };

/** Where the caret is, counted from 1; columns in UTF-16 units. */
export type CaretPlace = { readonly line: number; readonly column: number };

/** What of the document the editor needs. */
export type EditorSource = {
  text(id: CellId): Y.Text | undefined;
  readonly awareness: Awareness;
};

export type ShowOptions = {
  /** The text's language, by its first line. */
  readonly languageOf: (head: string) => string;
  /** Wrapped lines, for prose. */
  readonly wrap: boolean;
  readonly readOnly: boolean;
  /** Spoken name of the editor. */
  readonly label: string;
};

/**
 * The one live editor of a notebook: its element moves into the cell that is being edited. Owns the models and their
 * bindings; the caret it shows others is part of the document's awareness.
 */
export class NotebookEditor implements Disposable {
  readonly help: EditorHelp;
  readonly #caretListeners = new Set<() => void>();
  #caret: CaretPlace | null = null;
  readonly #monaco: Monaco;
  readonly #source: EditorSource;
  readonly #awareness: Awareness;
  readonly #host: HTMLDivElement;
  readonly #editor: editor.IStandaloneCodeEditor;
  readonly #models = new Map<CellId, Kept>();
  readonly #cursors: RemoteCursors;
  readonly #resize: ResizeObserver;
  readonly #marks: editor.IEditorDecorationsCollection;
  readonly #hidden: Disposable;
  #shown: CellId | null = null;
  #slot: HTMLElement | null = null;
  #bar: 'auto' | 'hidden' = 'hidden';
  #languageOf: ShowOptions['languageOf'] = () => 'plaintext';

  constructor(monaco: Monaco, source: EditorSource) {
    this.#monaco = monaco;
    this.#source = source;
    // The document has another one after it was replaced; this editor goes with the old one.
    this.#awareness = source.awareness;
    this.#host = document.createElement('div');
    this.#editor = monaco.editor.create(this.#host, {
      ...options,
      fixedOverflowWidgets: true,
      overflowWidgetsDomNode: overflowNode(),
    });
    this.help = new EditorHelp(this.#editor, () => this.#shown);
    this.#editor.onDidContentSizeChange((event) => {
      if (event.contentHeightChanged) this.#fit();
    });
    this.#editor.onDidChangeCursorSelection(() => this.#shareSelection());
    this.#editor.onDidChangeCursorPosition(() => this.#noteCaret());
    this.#editor.onDidFocusEditorText(() => this.#shareSelection());
    this.#editor.onDidChangeModelContent(({ changes }) => {
      if (changes.some(({ range }) => range.startLineNumber === 1)) this.#followLanguage();
    });
    this.#cursors = new RemoteCursors(monaco, this.#editor, this.#awareness);
    this.#marks = this.#editor.createDecorationsCollection();
    this.#hidden = markHiddenCharacters(monaco, this.#editor);
    this.#resize = new ResizeObserver(() => this.#fit());
  }

  /** Moves the editor into `slot` with a cell's text. False when the cell is gone. */
  show(id: CellId, slot: HTMLElement, options: ShowOptions): boolean {
    const kept = this.#keep(id);
    if (kept === null) return false;
    if (this.#shown !== null && this.#shown !== id) this.#leave(this.#shown);
    this.#slot = slot;
    this.#shown = id;
    slot.append(this.#host);
    this.#resize.disconnect();
    this.#resize.observe(slot);
    if (this.#editor.getModel() !== kept.binding.model) {
      this.#editor.setModel(kept.binding.model);
      this.#editor.restoreViewState(kept.view);
    }
    this.#cursors.show(id, kept.binding.text);
    this.describe(id, options);
    this.#noteCaret();
    return true;
  }

  /** Shows the same text in another way: the caret stays where it is. */
  describe(id: CellId, { languageOf, wrap, readOnly, label }: ShowOptions): void {
    if (this.#shown !== id) return;
    this.#languageOf = languageOf;
    this.#followLanguage();
    this.#editor.updateOptions({ readOnly, wordWrap: wrap ? 'on' : 'off', ariaLabel: label, tabSize: 4 });
    this.#fit();
  }

  /** Takes the editor out of `slot`, unless it has moved on already. */
  hide(slot: HTMLElement): void {
    if (this.#slot !== slot) return;
    if (this.#shown !== null) this.#leave(this.#shown);
    this.#editor.setModel(null);
    this.#resize.disconnect();
    this.#host.remove();
    this.#shown = null;
    this.#slot = null;
    this.#noteCaret();
  }

  /** Line and column of the caret from 1, null while no cell is edited; the same object until it moves. */
  readonly caret = (): CaretPlace | null => this.#caret;

  readonly onCaret = (listener: () => void): (() => void) => {
    this.#caretListeners.add(listener);
    return () => this.#caretListeners.delete(listener);
  };

  /** The language of the text that is shown, null while none is; `onCaret` tells of its changes, too. */
  readonly language = (): string | null =>
    this.#shown === null ? null : (this.#editor.getModel()?.getLanguageId() ?? null);

  setNumbered(numbered: boolean): void {
    this.#editor.updateOptions({
      lineNumbers: numbered ? 'on' : 'off',
      lineNumbersMinChars: numbered ? numberDigits : 0,
      lineDecorationsWidth: numbered ? numberGap : 0,
    });
    this.#fit();
  }

  /** Whether it shows the text of this cell now. */
  shows(id: CellId): boolean {
    return this.#shown === id;
  }

  /** The text that is selected in the editor; empty when none is. */
  selectedText(): string {
    const selection = this.#editor.getSelection();
    return selection === null ? '' : (this.#editor.getModel()?.getValueInRange(selection) ?? '');
  }

  /** Marks places of the shown text that were looked for; UTF-16 offsets. */
  mark(matches: readonly TextMatch[], current: TextMatch | null): void {
    const model = this.#editor.getModel();
    if (model === null || matches.length === 0) return this.#marks.clear();
    this.#marks.set(
      matches.map((match) => ({
        range: this.#monaco.Range.fromPositions(model.getPositionAt(match.start), model.getPositionAt(match.end)),
        options: { inlineClassName: match === current ? 'match-current' : 'match' },
      })),
    );
  }

  focus(): void {
    this.#editor.focus();
  }

  /** The caret is in the text, not in the find box. */
  hasTextFocus(): boolean {
    return this.#editor.hasTextFocus();
  }

  /** Puts the caret at the start or the end of the text. */
  placeCaret(edge: 'start' | 'end'): void {
    const model = this.#editor.getModel();
    if (model === null) return;
    this.#editor.setPosition(
      edge === 'start' ? { lineNumber: 1, column: 1 } : model.getFullModelRange().getEndPosition(),
    );
  }

  /** Where the caret is on the screen, in client px; null while it is nowhere. */
  caretBand(): { readonly top: number; readonly bottom: number } | null {
    const position = this.#shown === null ? null : this.#editor.getPosition();
    const place = position === null ? null : this.#editor.getScrolledVisiblePosition(position);
    if (place === null) return null;
    const top = this.#host.getBoundingClientRect().top + place.top;
    return { top, bottom: top + place.height };
  }

  placeCaretAtOffset({ offset, end = offset }: CaretOffset): void {
    const [from, to] = [offset, end].map((place) => this.#editor.getModel()?.getPositionAt(place));
    if (from && to) this.#editor.setSelection(this.#monaco.Range.fromPositions(from, to));
  }

  /** Puts the caret at a point of the screen, as a click there would. */
  placeCaretAt(clientX: number, clientY: number): void {
    const target = this.#editor.getTargetAtClientPoint(clientX, clientY);
    if (target?.position) this.#editor.setPosition(target.position);
  }

  /** Whether the caret is alone and on the first or last line: arrows then leave the cell. */
  isCaretAt(edge: 'first line' | 'last line'): boolean {
    const selections = this.#editor.getSelections() ?? [];
    const [only] = selections;
    const model = this.#editor.getModel();
    if (model === null || only === undefined || selections.length > 1 || !only.isEmpty()) return false;
    return only.positionLineNumber === (edge === 'first line' ? 1 : model.getLineCount());
  }

  /** Where every selection begins and ends, as offsets in the cell's text, ascending: where a cell is split. */
  selectionOffsets(): readonly number[] {
    const model = this.#editor.getModel();
    if (model === null) return [];
    const ends = (this.#editor.getSelections() ?? []).flatMap((one) => [one.getStartPosition(), one.getEndPosition()]);
    return [...new Set(ends.map((end) => model.getOffsetAt(end)))].toSorted((one, other) => one - other);
  }

  /** Makes this a cell's whole text, in one step of the cell's own undo; false when the cell is gone. */
  writeText(id: CellId, text: string): boolean {
    const kept = this.#keep(id);
    if (kept === null) return false;
    const { model } = kept.binding;
    model.pushEditOperations([], [{ range: model.getFullModelRange(), text }], () => null);
    return true;
  }

  undo(): void {
    this.#binding()?.undo();
  }

  redo(): void {
    this.#binding()?.redo();
  }

  [Symbol.dispose](): void {
    this.#resize.disconnect();
    this.#cursors[Symbol.dispose]();
    this.#hidden[Symbol.dispose]();
    this.#awareness.setLocalStateField('cursor', null);
    this.#editor.setModel(null);
    for (const kept of this.#models.values()) disposeKept(kept);
    this.#models.clear();
    this.#editor.dispose();
    this.#host.remove();
  }

  #followLanguage(): void {
    const model = this.#editor.getModel();
    const language = model === null ? null : this.#languageOf(model.getLineContent(1));
    if (model === null || language === null || model.getLanguageId() === language) return;
    this.#monaco.editor.setModelLanguage(model, language);
    for (const listener of this.#caretListeners) listener();
  }

  #noteCaret(): void {
    const position = this.#shown === null ? null : this.#editor.getPosition();
    if (this.#caret?.line === position?.lineNumber && this.#caret?.column === position?.column) return;
    this.#caret = position === null ? null : { line: position.lineNumber, column: position.column };
    for (const listener of this.#caretListeners) listener();
  }

  #binding(): MonacoBinding | null {
    return this.#shown === null ? null : (this.#models.get(this.#shown)?.binding ?? null);
  }

  /** A cell's model; one that is made anew is coloured when it is shown. */
  #keep(id: CellId): Kept | null {
    const text = this.#source.text(id);
    if (text === undefined) return null;
    const known = this.#models.get(id);
    // A cell that was deleted and brought back has another Y.Text.
    if (known !== undefined && known.binding.text === text) {
      this.#models.delete(id);
      this.#models.set(id, known);
      known.binding.use();
      return known;
    }
    if (known !== undefined) this.#forget(id, known);
    const model = this.#monaco.editor.createModel(text.toString(), 'plaintext');
    model.setEOL(this.#monaco.editor.EndOfLineSequence.LF);
    model.updateOptions({ bracketColorizationOptions: { enabled: false, independentColorPoolPerBracketType: false } });
    const shownIn = () => (this.#editor.getModel() === model ? this.#editor : null);
    const kept: Kept = { binding: new MonacoBinding(this.#monaco, text, model, shownIn), view: null };
    this.#models.set(id, kept);
    for (const [oldest, old] of this.#models) {
      if (this.#models.size <= keptModels) break;
      if (oldest !== id && oldest !== this.#shown) this.#forget(oldest, old);
    }
    return kept;
  }

  #forget(id: CellId, kept: Kept): void {
    if (this.#editor.getModel() === kept.binding.model) this.#editor.setModel(null);
    this.#models.delete(id);
    disposeKept(kept);
  }

  #leave(id: CellId): void {
    const kept = this.#models.get(id);
    if (kept !== undefined && this.#editor.getModel() === kept.binding.model) kept.view = this.#editor.saveViewState();
    this.#awareness.setLocalStateField('cursor', null);
    this.#cursors.hide();
  }

  /** The editor is as high as its text: cells have no scrollbar of their own. */
  #fit(): void {
    if (this.#slot === null) return;
    const width = this.#slot.clientWidth;
    // The height depends on the width where lines wrap.
    this.#editor.layout({ width, height: Math.min(this.#editor.getContentHeight(), tallestText) });
    const whole = this.#editor.getContentHeight();
    const height = Math.min(whole, tallestText);
    const bar = height < whole ? 'auto' : 'hidden';
    if (bar !== this.#bar) this.#editor.updateOptions({ scrollbar: { ...options.scrollbar, vertical: bar } });
    this.#bar = bar;
    this.#slot.style.height = `${height}px`;
    this.#editor.layout({ width, height });
  }

  #shareSelection(): void {
    const binding = this.#binding();
    const selection = this.#editor.getSelection();
    if (this.#shown === null || binding === null || selection === null || !this.#editor.hasTextFocus()) return;
    this.#cursors.share(this.#shown, binding.text, {
      anchor: binding.model.getOffsetAt({
        lineNumber: selection.selectionStartLineNumber,
        column: selection.selectionStartColumn,
      }),
      head: binding.model.getOffsetAt(selection.getPosition()),
    });
  }
}

function disposeKept(kept: Kept): void {
  kept.binding[Symbol.dispose]();
  kept.binding.model.dispose();
}
