import type { MimeBundle } from '#lib/core/notebook/output.ts';

/** A quiet word at the caret. */
export type HelpNote = { readonly text: string };
/** What a name is, at the caret. */
export type HelpTip = { readonly data: MimeBundle };
/** Long text in the pane below the notebook. */
export type HelpPage = { readonly title: string; readonly data: MimeBundle; readonly focus: boolean };

export type HelpView = { readonly note: HelpNote | null; readonly tip: HelpTip | null; readonly page: HelpPage | null };

const nothing: HelpView = { note: null, tip: null, page: null };

/** What help shows in one notebook view now. Written by `KernelHelp`, read by the views. */
export class HelpStore {
  readonly #listeners = new Set<() => void>();
  #view = nothing;

  readonly get = (): HelpView => this.#view;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  set(change: Partial<HelpView>): void {
    const next = { ...this.#view, ...change };
    if (next.note === this.#view.note && next.tip === this.#view.tip && next.page === this.#view.page) return;
    this.#view = next;
    for (const listener of this.#listeners) listener();
  }
}
