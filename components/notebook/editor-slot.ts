import { loadMonaco } from '#components/ui/monaco/load-monaco.ts';
import type { Monaco } from '#components/ui/monaco/monaco-setup.ts';
import { provideOffers } from './kernel-help/completion-provider.ts';
import type { EditorSource } from './notebook-editor.ts';
import { NotebookEditor } from './notebook-editor.ts';

/** Holds the notebook's live editor: null until its code is loaded. */
export class EditorSlot {
  readonly #source: EditorSource;
  readonly #failed: () => void;
  readonly #listeners = new Set<() => void>();
  #editor: NotebookEditor | null = null;
  #monaco: Monaco | null = null;
  #users = 0;

  /** @param failed called when the editor's code could not be loaded: cells are edited in a plain field then. */
  constructor(source: EditorSource, failed: () => void = () => undefined) {
    this.#source = source;
    this.#failed = failed;
  }

  readonly get = (): NotebookEditor | null => this.#editor;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Begins loading; the returned function gives the editor back when its last user has gone. */
  open(): () => void {
    this.#users += 1;
    void loadMonaco().then(
      (monaco) => {
        this.#monaco = monaco;
        provideOffers(monaco.languages);
        if (this.#users === 0 || this.#editor !== null) return;
        this.#editor = new NotebookEditor(monaco, this.#source);
        this.#changed();
      },
      () => (this.#users === 0 ? undefined : this.#failed()),
    );
    return () => {
      this.#users -= 1;
      if (this.#users > 0) return;
      this.#editor?.[Symbol.dispose]();
      this.#editor = null;
      this.#changed();
    };
  }

  /** Begins anew after the document was replaced: no text of the old one is still of use. */
  renew(): void {
    if (this.#editor === null || this.#monaco === null) return;
    this.#editor[Symbol.dispose]();
    this.#editor = new NotebookEditor(this.#monaco, this.#source);
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
