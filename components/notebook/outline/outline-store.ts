import type { NotebookDocument } from '#lib/client/document/notebook-document.ts';
import type { NotebookResults } from '#lib/client/results/notebook-results.ts';
import type { CellId } from '#lib/core/ids.ts';
import { findHeadings } from '#lib/core/notebook/headings.ts';
import type { ShownCells } from '../shown-cells.ts';

/** One heading of the notebook. A cell may have several; the first one begins its section. */
export type OutlineRow = {
  readonly key: string;
  readonly cellId: CellId;
  /** 1 to 6. */
  readonly level: number;
  readonly text: string;
  /** Places of the cells of its section in the notebook: from the heading's own to the one behind the last. */
  readonly start: number;
  readonly end: number;
};

/** What happens in the cells below a heading, down to the next one. */
export type OutlineMark = 'running' | 'error';

export type Outline = {
  readonly rows: readonly OutlineRow[];
  readonly marks: ReadonlyMap<string, OutlineMark>;
};

/** Texts and runs are looked at again after this pause: never at a keystroke. ms */
const quiet = 250;

/** The outline of one notebook while somebody looks at it. Owns nothing: the document and the results have it all. */
export class OutlineStore {
  readonly #document: NotebookDocument;
  readonly #results: NotebookResults;
  readonly #shown: ShownCells;
  readonly #listeners = new Set<() => void>();
  #outline: Outline;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #off: readonly (() => void)[] = [];

  constructor(document: NotebookDocument, results: NotebookResults, shown: ShownCells) {
    this.#document = document;
    this.#results = results;
    this.#shown = shown;
    this.#outline = this.#read();
  }

  readonly getSnapshot = (): Outline => this.#outline;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (this.#off.length === 0) {
      const soon = () => this.#later();
      const headings = () => new Set(this.#outline.rows.map(({ cellId }) => cellId));
      this.#off = [
        this.#shown.subscribe(soon),
        this.#results.subscribe(soon),
        this.#document.cells.onChange(({ whole, order, sources }) => {
          if (whole || order) return soon();
          const known = headings();
          for (const id of sources) if (known.has(id) || this.#document.cell(id)?.type === 'markdown') return soon();
        }),
      ];
      this.#later();
    }
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      for (const off of this.#off) off();
      this.#off = [];
      if (this.#timer !== null) clearTimeout(this.#timer);
      this.#timer = null;
    };
  };

  #later(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      const next = this.#read();
      if (JSON.stringify([...next.marks, next.rows]) === JSON.stringify([...this.#outline.marks, this.#outline.rows]))
        return;
      this.#outline = next;
      for (const listener of Array.from(this.#listeners)) listener();
    }, quiet);
  }

  #read(): Outline {
    const rows = this.#shown.sections().flatMap(({ id, start, end }) =>
      findHeadings(this.#document.cells.source(id)).map(({ level, text, line }): OutlineRow => ({
        key: `${id} ${line}`,
        cellId: id,
        level,
        text: text === '' ? 'Untitled' : text,
        start,
        end,
      })),
    );
    const marks = new Map<string, OutlineMark>();
    const places = new Map(this.#document.cellIds().map((id, at) => [id, at]));
    for (const run of this.#results.state().runs.values()) {
      const mark = run.state === 'running' ? 'running' : run.state === 'error' ? 'error' : null;
      const place = places.get(run.cellId);
      const row = mark === null || place === undefined ? undefined : rowAt(rows, place);
      if (row !== undefined && mark !== null && marks.get(row.key) !== 'running') marks.set(row.key, mark);
    }
    return { rows, marks };
  }
}

/** The last heading at or above a place of the notebook. */
export function rowAt(rows: readonly OutlineRow[], place: number): OutlineRow | undefined {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.start ?? 0) <= place) low = middle + 1;
    else high = middle;
  }
  return rows[low - 1];
}
