import { loadTypesetter } from '#components/output/use-typesetter.ts';
import { currentTypesetter, onTypesetter } from '#lib/core/render/typesetter.ts';
import type { HeadOutput, RenderedHead } from '#lib/core/render/rendered-head.ts';
import type { OpenedNotebook } from './open-notebook.ts';

/** Longer than this nobody waits for results once the text is there. ms */
const mostWaitMs = 1_500;

/**
 * Decides when the live cells take the place of the first ones: when they have all that the first ones show, so that
 * nothing flickers, and not while a word is being composed or a cell is being clicked. Says yes once and then for ever.
 */
export class TakeOver {
  readonly #notebook: OpenedNotebook;
  readonly #head: RenderedHead | null;
  #done = false;
  #late = false;

  constructor(notebook: OpenedNotebook, head: RenderedHead | null) {
    this.#notebook = notebook;
    this.#head = head;
  }

  readonly get = (): boolean => {
    this.#done ||= this.#decide();
    return this.#done;
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    const { document, results } = this.#notebook;
    const ids = this.#head?.cells.map(({ id }) => id) ?? [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const opened = () => {
      // Outputs stay on the server until they are asked for.
      results.seen(ids);
      timer ??= setTimeout(() => {
        this.#late = true;
        listener();
      }, mostWaitMs);
    };
    if (document.getSnapshot().notebookId !== null) opened();
    if (this.#waitsForMath()) void loadTypesetter();
    const early = window.farfieldEarly;
    if (early !== undefined) early.changed = listener;
    const off = [
      document.subscribe(listener),
      document.onOpened(opened),
      results.subscribe(listener),
      onTypesetter(listener),
    ];
    return () => {
      clearTimeout(timer);
      if (early !== undefined) early.changed = null;
      for (const stop of off) stop();
    };
  };

  #decide(): boolean {
    const early = window.farfieldEarly;
    if (early !== undefined && (early.composing || early.pressing)) return false;
    const { document, results } = this.#notebook;
    const { docState, fault } = document.getSnapshot();
    // What went wrong is said at once.
    if (docState === 'loading') return fault !== null;
    if (docState === 'text' || this.#head === null || this.#late) return true;
    if (this.#waitsForMath()) return false;
    return this.#head.cells.every(({ id, outputs }) => {
      const live = results.cell(id).outputs;
      return live.length >= Math.min(1, outputs.length) && live.every(({ output_type }) => output_type !== 'withheld');
    });
  }

  #waitsForMath(): boolean {
    if (currentTypesetter() !== null || this.#head === null) return false;
    const shown = this.#head.cells.flatMap(({ html, outputs }) => [html, ...outputs.map(htmlOf)]);
    return shown.some((html) => html?.includes('class="katex') === true);
  }
}

const htmlOf = (output: HeadOutput): string | null => ('kind' in output && output.kind === 'html' ? output.html : null);
