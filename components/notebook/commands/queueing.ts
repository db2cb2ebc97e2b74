import { counted } from '#components/ui/measure-words.ts';
import type { Fault } from '#lib/core/fault.ts';
import type { CellId, RunId } from '#lib/core/ids.ts';
import type { Run } from '#lib/core/session/state.ts';
import type { CommandParts } from './parts.ts';
import type { Selecting } from './selecting.ts';

/** What waits for the kernel: its order, and whether it goes on. */
export class Queueing {
  readonly #parts: CommandParts;
  readonly #selecting: Selecting;

  constructor(parts: CommandParts, selecting: Selecting) {
    this.#parts = parts;
    this.#selecting = selecting;
  }

  anyWaits(): boolean {
    return (this.#parts.queue.session()?.queue.length ?? 0) > 0;
  }

  isHeld(): boolean {
    return (this.#parts.queue.session()?.held ?? null) !== null;
  }

  activeWaits(): boolean {
    return this.#waitingRun() !== undefined;
  }

  /** Whether this page asked for the run. */
  isOwn(id: RunId): boolean {
    return this.#parts.runner.owns(id);
  }

  async hold(): Promise<void> {
    this.#report(await this.#parts.queue.hold());
  }

  async continue(): Promise<void> {
    this.#report(await this.#parts.queue.release());
  }

  async toggleStopOnError(): Promise<void> {
    const session = this.#parts.queue.session();
    if (session !== null) await this.setStopOnError(!session.stopOnError);
  }

  async setStopOnError(stop: boolean): Promise<void> {
    const failed = await this.#parts.queue.stopOnError(stop);
    if (failed !== null) return this.#report(failed);
    this.#parts.effects.say(stop ? 'An error cancels the cells that wait.' : 'Cells that wait go on after an error.');
  }

  async runActiveNext(): Promise<void> {
    const run = this.#waitingRun();
    if (run !== undefined) await this.reorder([run.id]);
  }

  /** What is listed runs first, in this order; the rest keeps its order behind. */
  async reorder(runIds: readonly RunId[]): Promise<void> {
    this.#report(await this.#parts.queue.reorder(runIds));
  }

  async cancel(runId: RunId): Promise<void> {
    this.#report(await this.#parts.queue.cancel([runId]));
  }

  /** Takes out all that waits, and offers to put it back as it was. */
  async clear(): Promise<void> {
    const { queue, effects } = this.#parts;
    const waiting = queue.waiting();
    const held = this.isHeld();
    if (waiting.length === 0) return;
    const failed = await queue.cancel(waiting.map((run) => run.id));
    if (failed !== null) return this.#report(failed);
    const cellIds = waiting.map((run) => run.cellId);
    effects.offerUndo(`${counted(waiting.length, 'waiting cell')} cancelled.`, () => void this.#putBack(cellIds, held));
  }

  async #putBack(cellIds: readonly CellId[], held: boolean): Promise<void> {
    const { queue, runner, effects, document } = this.#parts;
    // First: nothing of it may start before a person lets it.
    if (held) this.#report(await queue.hold());
    const present = cellIds.filter((id) => document.cell(id)?.type === 'code');
    const blocked = await runner.run(present, true);
    if (blocked !== null) effects.tell(blocked);
  }

  #waitingRun(): Run | undefined {
    const id = this.#selecting.active();
    return id === null ? undefined : this.#parts.queue.waiting().find((run) => run.cellId === id);
  }

  #report(failed: Fault | null): void {
    if (failed !== null) this.#parts.effects.tell({ fault: failed, choose: false });
  }
}
