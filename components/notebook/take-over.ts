import { loadTypesetter } from '#components/output/use-typesetter.ts';
import { currentTypesetter, onTypesetter } from '#lib/core/render/typesetter.ts';
import type { HeadCell, HeadOutput, RenderedHead, RenderedTail } from '#lib/core/render/rendered-head.ts';
import type { EarlyPlace } from './early-place.ts';
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
  readonly #tail: RenderedTail | null;
  readonly #place: EarlyPlace;
  #done = false;
  #late = false;

  constructor(
    notebook: OpenedNotebook,
    { head, tail, place }: { head: RenderedHead | null; tail: RenderedTail | null; place: EarlyPlace },
  ) {
    this.#notebook = notebook;
    this.#head = head;
    this.#tail = tail;
    this.#place = place;
  }

  readonly get = (): boolean => {
    this.#done ||= this.#decide();
    return this.#done;
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    const { document, results } = this.#notebook;
    let timer: ReturnType<typeof setTimeout> | undefined;
    // Outputs stay on the server until they are asked for.
    const ask = () => results.seen(this.#seen().map(({ id }) => id));
    const typeset = () => {
      if (this.#waitsForMath()) void loadTypesetter();
    };
    const opened = () => {
      ask();
      timer ??= setTimeout(() => {
        this.#late = true;
        listener();
      }, mostWaitMs);
    };
    if (document.getSnapshot().notebookId !== null) opened();
    typeset();
    const early = window.farfieldEarly;
    if (early !== undefined) early.changed = listener;
    const off = [
      document.subscribe(listener),
      document.onOpened(opened),
      results.subscribe(listener),
      onTypesetter(listener),
      this.#place.subscribe(() => {
        typeset();
        if (document.getSnapshot().notebookId !== null) ask();
        listener();
      }),
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
    return this.#seen().every(({ id, outputs }) => {
      const live = results.cell(id).outputs;
      return live.length >= Math.min(1, outputs.length) && live.every(({ output_type }) => output_type !== 'withheld');
    });
  }

  /** What the reader has before the eyes. */
  #seen(): readonly HeadCell[] {
    return (this.#place.atTail() ? this.#tail?.cells : this.#head?.cells) ?? [];
  }

  #waitsForMath(): boolean {
    if (currentTypesetter() !== null || this.#head === null) return false;
    const shown = this.#seen().flatMap(({ html, outputs }) => [html, ...outputs.map(htmlOf)]);
    return shown.some((html) => html?.includes('class="katex') === true);
  }
}

const htmlOf = (output: HeadOutput): string | null => ('kind' in output && output.kind === 'html' ? output.html : null);
