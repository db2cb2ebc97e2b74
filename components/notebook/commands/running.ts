import type { CellId } from '#lib/core/ids.ts';
import type { RunTrouble } from '../notebook-runner.ts';
import { toggleNotices } from '../notify.ts';
import type { Collapsing } from './collapsing.ts';
import type { Editing } from './editing.ts';
import type { CommandParts } from './parts.ts';
import type { Selecting } from './selecting.ts';

/** Running cells, and the kernel that runs them. */
export class Running {
  readonly #parts: CommandParts;
  readonly #selecting: Selecting;
  readonly #collapsing: Collapsing;
  readonly #editing: Editing;

  constructor(parts: CommandParts, selecting: Selecting, collapsing: Collapsing, editing: Editing) {
    this.#parts = parts;
    this.#selecting = selecting;
    this.#collapsing = collapsing;
    this.#editing = editing;
  }

  hasKernel(): boolean {
    return this.#parts.runner.session() !== null;
  }

  /** Runs the selected cells (or renders them) and then stays, selects the next one, or inserts one below. */
  runSelected(then: 'stay' | 'next' | 'insert'): void {
    const chosen = this.#selecting.chosen();
    const last = chosen.at(-1);
    if (last === undefined) return;
    const concerned = this.#selecting.concerned();
    this.run(concerned);
    const next = this.#selecting.neighbour(1, last);
    if (then === 'insert' || (then === 'next' && next === undefined)) {
      if (!this.#editing.canEdit()) return this.#selecting.activate(last);
      this.#editing.insertAfter(concerned.at(-1) ?? last, 'code');
    } else {
      this.#selecting.activate(then === 'next' && next !== undefined ? next : last);
    }
  }

  runAll(): void {
    this.run(this.#parts.document.cellIds());
  }

  runAbove(): void {
    const ids = this.#parts.document.cellIds();
    const id = this.#selecting.active();
    if (id !== null) this.run(ids.slice(0, ids.indexOf(id)));
  }

  runBelow(): void {
    const ids = this.#parts.document.cellIds();
    const id = this.#selecting.active();
    if (id !== null) this.run(ids.slice(ids.indexOf(id)));
  }

  /** Runs the innermost section around the active cell, its heading included. */
  runSection(): void {
    const id = this.#selecting.active();
    const section = id === null ? undefined : this.#collapsing.sectionAround(id);
    if (section === undefined)
      return this.#parts.effects.say('This cell stands in no section.', 'Sections begin with a heading.');
    this.run(this.#parts.document.cellIds().slice(section.start, section.end));
  }

  runningCell(): CellId | null {
    return this.#parts.runner.runningCell();
  }

  goToRunning(): void {
    const id = this.runningCell();
    if (id === null) return;
    this.#collapsing.reveal(id);
    this.#selecting.activate(id);
  }

  async toggleNotices(): Promise<void> {
    this.#parts.effects.say(await toggleNotices());
  }

  /** Runs the selected cells once more after the run that goes on. */
  runSelectedAgain(): void {
    this.run(this.#selecting.concerned(), true);
  }

  /** Runs the code cells among `ids`, in that order; `again`: also those that are running as they are. */
  run(ids: readonly CellId[], again = false): void {
    const code = ids.filter((id) => this.#parts.document.cell(id)?.type === 'code');
    if (code.length > 0) void this.#parts.runner.run(code, again).then((blocked) => this.#report(blocked));
  }

  async clearOutputs(which: 'selected' | 'all'): Promise<void> {
    const ids = which === 'all' ? null : this.#selecting.concerned();
    if (ids === null || ids.length > 0) this.#report(await this.#parts.runner.clearOutputs(ids));
  }

  #report(blocked: RunTrouble | null): void {
    if (blocked !== null) this.#parts.effects.tell(blocked);
  }
}
