import { wholeText } from '#components/output/whole-text-store.ts';
import type { OutputPlace } from '#lib/client/results/output-text.ts';
import type { CommandParts } from './parts.ts';

/** Looking at long outputs. */
export class Reading {
  readonly #parts: CommandParts;

  constructor(parts: CommandParts) {
    this.#parts = parts;
  }

  /** The first text of the active cell whose middle is on the server. */
  storedText(): OutputPlace | null {
    const { results, selection } = this.#parts;
    const { active } = selection.get();
    const notebookId = results.notebookId();
    if (active === null || notebookId === null) return null;
    const output = results
      .cell(active)
      .outputs.findIndex((one) => one.output_type === 'stream' && one.stored !== undefined);
    return output === -1 ? null : { notebookId, cellId: active, output };
  }

  showAll(): void {
    const place = this.storedText();
    if (place !== null) wholeText.open({ ...place, search: false });
  }
}
