import * as Y from 'yjs';
import type { NotebookContent } from '#lib/core/notebook/model.ts';
import { readDoc } from '#lib/core/notebook/notebook-doc.ts';

/** Updates above this number are merged into one: the history of a long day stays as small as what it made. */
const mostUpdates = 64;

/**
 * What the server has made durable of one epoch, and what of that the file has: as updates, not as documents, for it is
 * read only when the server begins another history. Nothing here costs more for a larger notebook.
 */
export class ConfirmedHistory {
  /** The document as it was opened. */
  readonly #opened: Uint8Array[] = [];
  #saved: Uint8Array[] = [];
  #unsaved: Uint8Array[] = [];
  #isSaved = false;

  /** The whole document, or what was missing of it after a lost line. */
  open(update: Uint8Array): void {
    if (this.#opened.length === 0) this.#opened.push(update);
    else this.add(update);
  }

  add(update: Uint8Array): void {
    this.#unsaved.push(update);
    if (this.#unsaved.length > mostUpdates) this.#unsaved = [Y.mergeUpdates(this.#unsaved)];
  }

  /** The file has everything that is here now. */
  markSaved(): void {
    this.#isSaved = true;
    if (this.#unsaved.length === 0) return;
    this.#saved.push(...this.#unsaved);
    this.#unsaved = [];
    if (this.#saved.length > mostUpdates) this.#saved = [Y.mergeUpdates(this.#saved)];
  }

  /** Everything that the server has. */
  content(): NotebookContent {
    return read([...this.#opened, ...this.#saved, ...this.#unsaved]);
  }

  /** What the file had when it was last said to be saved; null when that was never said. */
  savedContent(): NotebookContent | null {
    return this.#isSaved ? read([...this.#opened, ...this.#saved]) : null;
  }
}

function read(updates: readonly Uint8Array[]): NotebookContent {
  const doc = new Y.Doc();
  doc.transact(() => {
    for (const update of updates) Y.applyUpdate(doc, update);
  });
  const content = readDoc(doc);
  doc.destroy();
  return content;
}
