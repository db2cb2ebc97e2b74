import { isFault } from '#lib/core/fault.ts';
import type { CellId } from '#lib/core/ids.ts';
import type { EditorHelp } from './editor-help.ts';
import type { HelpParts } from './help-parts.ts';
import { beginWalk, shownAt, step, type HistoryWalk } from './history-walk.ts';

const inputsAsked = 500;

/** Walks through what the kernel ran before, in the text of a cell. What was typed there is the newest entry. */
export class Recalling {
  readonly #parts: HelpParts;
  #walk: { readonly cellId: CellId; readonly walk: HistoryWalk } | null = null;
  #turn = 0;

  constructor(parts: HelpParts) {
    this.#parts = parts;
  }

  /** Whether the cell still shows what the walk last put there. */
  isWalking(editor: EditorHelp): boolean {
    const place = editor.place();
    return place !== null && this.#walk?.cellId === place.cellId && shownAt(this.#walk.walk) === place.text;
  }

  async walk(editor: EditorHelp, by: -1 | 1): Promise<void> {
    const place = editor.place();
    if (place === null) return;
    if (!this.isWalking(editor)) {
      this.#turn += 1;
      const turn = this.#turn;
      const inputs = await this.#ask();
      if (inputs === null || turn !== this.#turn || editor.typedSince(place) !== '') return;
      this.#walk = { cellId: place.cellId, walk: beginWalk(inputs, place.text) };
    }
    if (this.#walk === null) return;
    const next = step(this.#walk.walk, by);
    if (next === this.#walk.walk) return this.#parts.notes.show(by < 0 ? 'Nothing older.' : 'This is what you typed.');
    this.#walk = { cellId: place.cellId, walk: next };
    editor.replaceAll(shownAt(next));
  }

  async #ask(): Promise<readonly string[] | null> {
    const { connection, document, notes } = this.#parts;
    const { notebookId } = document.getSnapshot();
    if (notebookId === null || !this.#parts.hasKernel()) {
      notes.show('There is no kernel yet whose history could be shown. Run a cell first.');
      return null;
    }
    const waited = notes.afterAWhile('Asking the kernel …');
    const reply = await connection.request('kernel.history', { notebookId, count: inputsAsked });
    waited();
    if (!isFault(reply)) return reply.inputs;
    if (reply.fault !== 'kernel.superseded')
      notes.show(reply.fault === 'kernel.busy' ? 'The kernel is busy; ask again when it is free.' : reply.message);
    return null;
  }
}
