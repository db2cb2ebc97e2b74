import { findWaitingRun } from '#lib/core/session/reduce-input.ts';
import type { PendingInput, Run } from '#lib/core/session/state.ts';
import type { Collapsing } from './collapsing.ts';
import type { CommandParts } from './parts.ts';
import type { Selecting } from './selecting.ts';

/** Answering what running code asks. */
export class Answering {
  readonly #parts: CommandParts;
  readonly #selecting: Selecting;
  readonly #collapsing: Collapsing;

  constructor(parts: CommandParts, selecting: Selecting, collapsing: Collapsing) {
    this.#parts = parts;
    this.#selecting = selecting;
    this.#collapsing = collapsing;
  }

  /** Whether this page asked for the run. */
  owns(run: Run): boolean {
    return this.#parts.runner.owns(run.id);
  }

  waiting(): Run | null {
    return findWaitingRun(this.#parts.runner.state());
  }

  /** To the cell that waits, and into its field. */
  goTo(): void {
    const run = this.waiting();
    if (run === null || run.input === null) return;
    this.#collapsing.reveal(run.cellId);
    this.#selecting.activate(run.cellId);
    this.#parts.effects.focusInput(run.input.id);
  }

  /** Whether the answer was taken; why it was not is said. */
  async answer(run: Run, input: PendingInput, text: string): Promise<boolean> {
    const blocked = await this.#parts.runner.answer(run.id, input.id, text);
    if (blocked !== null) this.#parts.effects.tell(blocked);
    return blocked === null;
  }
}
