import type { CellId } from '#lib/core/ids.ts';
import type { CommandParts } from './parts.ts';

/** What a person asks of the notebook's file. */
export class Saving {
  readonly #parts: CommandParts;

  constructor(parts: CommandParts) {
    this.#parts = parts;
  }

  async save(recreate = false): Promise<void> {
    const failed = await this.#parts.document.save(recreate ? { recreate } : {});
    if (failed !== null) this.#parts.effects.tell({ fault: failed, choose: false });
  }

  /** Settles a conflict the way a person chose. */
  async resolve(id: CellId, choice: 'ours' | 'theirs' | 'both'): Promise<void> {
    const failed = await this.#parts.document.resolve(id, choice);
    if (failed !== null) this.#parts.effects.tell({ fault: failed, choose: false });
  }
}
