import type * as Y from 'yjs';
import type { CellId } from '#lib/core/ids.ts';
import { findCell } from '#lib/core/notebook/notebook-doc.ts';
import { applyStructure, type StructureEdit } from '#lib/core/notebook/structure-edit.ts';

/** What one step changed, in the order in which it is undone. */
type Step = readonly StructureEdit[];

const mostSteps = 200;

/**
 * The undo of structure of one document in one page: insert, delete, move, type, metadata, split, merge. Owns both
 * stacks. What others do is never in them.
 */
export class StructureHistory {
  readonly #doc: Y.Doc;
  readonly #origin: unknown;
  /** Cells with text of others that this page put there anew. */
  readonly #shared = new Set<CellId>();
  #undo: Step[] = [];
  #redo: Step[] = [];
  /** Of the step that is being made. */
  #open: StructureEdit[] | null = null;

  constructor(doc: Y.Doc, origin: unknown) {
    this.#doc = doc;
    this.#origin = origin;
  }

  /** One transaction and one step, also of all steps that `work` makes. */
  step(work: () => void): void {
    if (this.#open !== null) return work();
    const inverses: StructureEdit[] = [];
    this.#open = inverses;
    try {
      this.#doc.transact(work, this.#origin);
    } finally {
      this.#open = null;
      if (inverses.length > 0) {
        this.#undo = [...this.#undo, inverses.reverse()].slice(-mostSteps);
        this.#redo = [];
      }
    }
  }

  /** Within a step: changes what `plan` answers. */
  apply(plan: (doc: Y.Doc) => readonly StructureEdit[]): void {
    this.step(() => {
      for (const edit of plan(this.#doc)) {
        const { inverse } = applyStructure(this.#doc, edit, this.#shared);
        if (inverse !== null) this.#open?.push(inverse);
      }
    });
  }

  /**
   * Takes back the last step of which anything can be taken back. Answers the cell that came back or changed, or that
   * stays because somebody else wrote in it; null when there is none.
   */
  undo(): CellId | null {
    return this.#turn(this.#undo, this.#redo);
  }

  redo(): CellId | null {
    return this.#turn(this.#redo, this.#undo);
  }

  #turn(from: Step[], to: Step[]): CellId | null {
    for (let step = from.pop(); step !== undefined; step = from.pop()) {
      const { inverses, cellId } = this.#run(step);
      if (inverses.length > 0) to.push(inverses.reverse());
      if (inverses.length > 0 || cellId !== null) return cellId;
    }
    return null;
  }

  #run(step: Step): { inverses: StructureEdit[]; cellId: CellId | null } {
    const outcomes = this.#doc.transact(
      () => step.map((edit) => applyStructure(this.#doc, edit, this.#shared)),
      this.#origin,
    );
    const shown = outcomes.findLast(({ cellId }) => cellId !== null && findCell(this.#doc, cellId) !== undefined);
    return {
      inverses: outcomes.flatMap(({ inverse }) => (inverse === null ? [] : [inverse])),
      cellId: shown?.cellId ?? null,
    };
  }
}
