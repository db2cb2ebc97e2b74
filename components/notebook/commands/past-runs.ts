import { actionRegistry } from '#lib/client/actions/action-registry.ts';
import type { CellId } from '#lib/core/ids.ts';
import type { HistoryStore } from '../history/history-store.ts';
import type { Editing } from './editing.ts';
import type { CommandParts } from './parts.ts';
import type { Selecting } from './selecting.ts';

/** What was run before: looking at it, and taking its code back. */
export class PastRuns {
  readonly #parts: CommandParts;
  readonly #history: HistoryStore;
  readonly #selecting: Selecting;
  readonly #editing: Editing;

  constructor(parts: CommandParts, selecting: Selecting, editing: Editing) {
    this.#parts = parts;
    this.#history = parts.history;
    this.#selecting = selecting;
    this.#editing = editing;
  }

  /** Whether the active cell has something to look at. */
  canShowCell(): boolean {
    const active = this.#selecting.active();
    return active !== null && this.#parts.document.cell(active)?.type === 'code';
  }

  showAll(): void {
    this.#show(null);
  }

  showCell(id: CellId | null = this.#selecting.active()): void {
    if (id !== null) this.#show(id);
  }

  /**
   * The code of a run comes back into its cell, as one step of undo; where that cell is gone, a new one gets it, under
   * the old id when that is free.
   */
  putBack(id: CellId, source: string): void {
    const { document, effects } = this.#parts;
    if (!document.canEdit()) return;
    if (document.cell(id)?.type === 'code') {
      document.setCellSource(id, source);
      this.#selecting.activate(id);
      effects.say('The code of that run is back in its cell.', 'Undo takes it out again.');
      return;
    }
    const after = this.#selecting.active() ?? document.cellIds().at(-1) ?? null;
    const added = this.#editing.add([{ id, type: 'code', source, metadata: {} }], after)[0];
    if (added === undefined) return;
    this.#selecting.activate(added);
    effects.say('The code of that run is in a new cell.', 'Undo takes it out again.');
  }

  #show(cell: CellId | null): void {
    this.#history.show(cell);
    void actionRegistry.run('view.history');
  }
}
