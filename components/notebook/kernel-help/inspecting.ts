import { isFault } from '#lib/core/fault.ts';
import type { MimeBundle } from '#lib/core/notebook/output.ts';
import { codeAround } from './code-around.ts';
import type { EditorHelp } from './editor-help.ts';
import type { HelpParts } from './help-parts.ts';
import { wordBefore } from './notebook-words.ts';

/** What the name at the caret is: first in short beside it, asked again in full in the pane. A late answer is dropped. */
export class Inspecting {
  readonly #parts: HelpParts;
  #turn = 0;

  constructor(parts: HelpParts) {
    this.#parts = parts;
  }

  async inspect(editor: EditorHelp): Promise<void> {
    const place = editor.place();
    if (place === null) return;
    this.#turn += 1;
    const turn = this.#turn;
    const { connection, document, notes, store } = this.#parts;
    const { notebookId } = document.getSnapshot();
    if (notebookId === null || !this.#parts.hasKernel())
      return notes.show('There is no kernel yet that could tell. Run a cell first.');
    const detail = store.get().tip === null ? 0 : 1;
    const { code, cursor } = codeAround(place.text, place.cursor);
    const waited = notes.afterAWhile('Asking the kernel …');
    const reply = await connection.request('kernel.inspect', { notebookId, code, cursor, detail });
    waited();
    if (turn !== this.#turn || editor.typedSince(place) !== '') return;
    if (isFault(reply)) {
      if (reply.fault !== 'kernel.superseded')
        notes.show(reply.fault === 'kernel.busy' ? 'The kernel is busy; ask again when it is free.' : reply.message);
      return;
    }
    if (Object.keys(reply.data).length === 0) return notes.show('The kernel knows nothing about this.');
    if (detail === 0) store.set({ tip: { data: reply.data }, note: null });
    else this.#open(nameAt(place.text, place.cursor), reply.data);
  }

  /** What was asked is not wanted any more. */
  forget(): void {
    this.#turn += 1;
  }

  #open(title: string, data: MimeBundle): void {
    this.#parts.store.set({ tip: null, page: { title, data, focus: false } });
  }
}

/** The name around the cursor, for a heading; the kernel's own idea of it may be longer. */
function nameAt(text: string, cursor: number): string {
  const ahead = /^[\p{L}\p{N}_]*/u.exec(text.slice(cursor, cursor + 200))?.[0] ?? '';
  const name = wordBefore(text, cursor) + ahead;
  return name === '' ? 'Help' : name;
}
