import { isFault, type Fault } from '#lib/core/fault.ts';
import type { CellId } from '#lib/core/ids.ts';
import { codeAround } from './code-around.ts';
import type { EditorHelp, HelpPlace } from './editor-help.ts';
import type { HelpParts } from './help-parts.ts';
import { wordBefore, wordsLike } from './notebook-words.ts';
import { sharedRest, suggestionsOf, type Match } from './suggestions.ts';

const noKernelYet = 'Words of this notebook. Once it has a kernel, the kernel completes as well.';

/** What may follow at the caret: asked of the kernel, else found in the notebook. A late answer is dropped. */
export class Completing {
  readonly #parts: HelpParts;
  /** Raised by every question: answers to older ones are dropped. */
  #turn = 0;

  constructor(parts: HelpParts) {
    this.#parts = parts;
  }

  async complete(editor: EditorHelp): Promise<void> {
    const place = editor.place();
    if (place === null) return;
    this.#turn += 1;
    const turn = this.#turn;
    const { connection, document, notes } = this.#parts;
    const { notebookId } = document.getSnapshot();
    if (notebookId === null || !this.#parts.hasKernel()) return this.#offerWords(editor, place, noKernelYet);
    const { code, cursor, from } = codeAround(place.text, place.cursor);
    const waited = notes.afterAWhile('Asking the kernel …');
    const reply = await connection.request('kernel.complete', { notebookId, code, cursor });
    waited();
    if (turn !== this.#turn) return;
    if (isFault(reply)) return this.#offerWords(editor, place, wordsFor(reply));
    if (reply.matches.length === 0) {
      if (editor.typedSince(place) === '') notes.show('Nothing to complete here.');
      return;
    }
    this.#offer(editor, place, reply.matches, from + reply.start, from + reply.end);
  }

  /** What was asked is not wanted any more. */
  forget(): void {
    this.#turn += 1;
  }

  #offer(editor: EditorHelp, place: HelpPlace, matches: readonly Match[], start: number, end: number): void {
    const typed = editor.typedSince(place);
    if (typed === null || start > place.cursor) return;
    const replaced = Math.max(end, place.cursor) + typed.length;
    const begun = place.text.slice(start, place.cursor) + typed;
    const fitting = typed === '' ? matches : matches.filter(({ text }) => text.startsWith(begun));
    const [only] = fitting;
    if (only === undefined) return;
    if (fitting.length === 1) return editor.replace(start, replaced, only.text);
    const rest = sharedRest(fitting, begun);
    const caret = place.cursor + typed.length;
    if (rest !== '') editor.replace(caret, caret, rest);
    editor.offer(suggestionsOf(fitting, begun + rest), start, replaced + rest.length);
  }

  #offerWords(editor: EditorHelp, place: HelpPlace, why: string | null): void {
    if (why === null || editor.typedSince(place) === null) return;
    const begun = wordBefore(place.text, place.cursor);
    const matches = wordsLike(begun, this.#textsFrom(place)).map((text) => ({ text, type: 'word' }));
    this.#offer(editor, place, matches, place.cursor - begun.length, place.cursor);
    this.#parts.notes.show(why);
  }

  /** Sources of the notebook, the cell itself and then those nearest to it first. */
  *#textsFrom({ cellId, text }: HelpPlace): Iterable<string> {
    const { document } = this.#parts;
    const ids: readonly CellId[] = document.cellIds();
    const at = ids.indexOf(cellId);
    yield text;
    for (let away = 1; away < ids.length; away += 1) {
      for (const id of [ids[at - away], ids[at + away]]) if (id !== undefined) yield document.cells.source(id);
    }
  }
}

/** What a person is told when the kernel cannot help; null when nobody needs to know. */
export function wordsFor(trouble: Fault): string | null {
  switch (trouble.fault) {
    case 'kernel.superseded':
      return null;
    case 'kernel.busy':
      return 'The kernel is busy; its help comes when it is free. Until then there are the words of this notebook.';
    case 'session.none':
      return noKernelYet;
    default:
      return `${trouble.message} Here are words of the notebook instead.`;
  }
}
