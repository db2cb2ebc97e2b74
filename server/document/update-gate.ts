import * as Y from 'yjs';
import { fault, type Fault } from '#lib/core/fault.ts';

/** One edit larger than this is no edit. Bytes. */
const largestUpdate = 32 * 1024 * 1024;

/**
 * Tries every update of a browser on a shadow of the document first. Yjs integrates while it decodes: a malformed update
 * that throws half-way has already changed the document it was applied to.
 */
export class UpdateGate {
  readonly #doc: Y.Doc;
  #shadow: Y.Doc | null = null;

  constructor(doc: Y.Doc) {
    this.#doc = doc;
    doc.on('update', this.#follow);
  }

  /** Null when the update may be applied. */
  check(update: Uint8Array): Fault | null {
    if (update.length > largestUpdate) return fault('request.invalid', 'The edit is too large.');
    const shadow = this.#shadow ?? this.#copy();
    this.#shadow = shadow;
    try {
      Y.applyUpdate(shadow, update);
    } catch {
      this.#drop();
      return fault('request.invalid', 'The edit could not be read.', 'Reload the page.');
    }
    if (shadow.store.pendingStructs === null && shadow.store.pendingDs === null) return null;
    this.#drop();
    return fault('document.behind', 'Edits before this one are missing.', 'The page sends them again by itself.');
  }

  stop(): void {
    this.#doc.off('update', this.#follow);
    this.#drop();
  }

  readonly #follow = (update: Uint8Array) => {
    if (this.#shadow !== null) Y.applyUpdate(this.#shadow, update);
  };

  #copy(): Y.Doc {
    const shadow = new Y.Doc();
    Y.applyUpdate(shadow, Y.encodeStateAsUpdate(this.#doc));
    return shadow;
  }

  #drop(): void {
    this.#shadow?.destroy();
    this.#shadow = null;
  }
}
