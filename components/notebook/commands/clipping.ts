import { keepCells, type Pasted, readEvent, readSystem, writeToEvent, writeToSystem } from '../cell-clipboard.ts';
import { withLineFeeds } from '../text-edits.ts';
import type { Editing } from './editing.ts';
import type { CommandParts } from './parts.ts';
import type { Selecting } from './selecting.ts';

/** Cells and the clipboards: the page's, and the browser's as far as it lets us. */
export class Clipping {
  readonly #parts: CommandParts;
  readonly #selecting: Selecting;
  readonly #editing: Editing;

  constructor(parts: CommandParts, selecting: Selecting, editing: Editing) {
    this.#parts = parts;
    this.#selecting = selecting;
    this.#editing = editing;
  }

  /** With the browser's own copy event, or without one. */
  copy(transfer?: DataTransfer): void {
    const cells = this.#selecting.concerned().flatMap((id) => this.#parts.document.content(id) ?? []);
    if (cells.length === 0) return;
    const forms = keepCells(cells);
    if (transfer === undefined) void writeToSystem(forms);
    else writeToEvent(transfer, forms);
  }

  cut(transfer?: DataTransfer): void {
    this.copy(transfer);
    this.#editing.remove();
  }

  async paste(where: 'above' | 'below'): Promise<void> {
    this.#place(await readSystem(), where);
  }

  pasteFrom(transfer: DataTransfer): void {
    this.#place(readEvent(transfer), 'below');
  }

  #place(pasted: Pasted, where: 'above' | 'below'): void {
    const { effects } = this.#parts;
    switch (pasted.kind) {
      case 'cells':
        return this.#editing.place(pasted.cells, where);
      case 'text': {
        const cell = { id: effects.newId(), type: 'code' as const, source: withLineFeeds(pasted.text), metadata: {} };
        return this.#editing.place([cell], where);
      }
      case 'large':
        return effects.say('The clipboard is too large to paste', 'Save it as a file and open that instead.');
      case 'nothing':
        return effects.say('There is nothing to paste', 'Copy cells with C, or text in any program.');
    }
  }
}
