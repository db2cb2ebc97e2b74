import type { HelpStore } from './help-store.ts';

/** A wait that is shorter says nothing, ms. */
const quietMs = 300;
const shownMs = 6_000;

/** Quiet words at the caret, which go by themselves. */
export class CaretNotes {
  readonly #store: HelpStore;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(store: HelpStore) {
    this.#store = store;
  }

  show(text: string): void {
    clearTimeout(this.#timer);
    this.#store.set({ note: { text } });
    this.#timer = setTimeout(() => this.clear(), shownMs);
  }

  /** Says what is waited for once it takes long; the returned function ends the wait. */
  afterAWhile(text: string): () => void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.show(text), quietMs);
    return () => this.clear();
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#store.set({ note: null });
  }
}
