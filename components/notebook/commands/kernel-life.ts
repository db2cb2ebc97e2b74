import { counted } from '#components/ui/measure-words.ts';
import type { RunId } from '#lib/core/ids.ts';
import type { SessionState } from '#lib/core/session/state.ts';
import type { RunTrouble } from '../notebook-runner.ts';
import type { CommandParts } from './parts.ts';
import type { Running } from './running.ts';
import type { Selecting } from './selecting.ts';

/** What a restart is followed by. */
export type AfterRestart = 'nothing' | 'runAll' | 'runToHere' | 'clear';

/** A cell that still runs this long after an interrupt does not heed it. */
const heedMs = 10_000;

/** The life of the kernel: interrupt, restart, shut down, and what to do after its death. */
export class KernelLife {
  readonly #parts: CommandParts;
  readonly #selecting: Selecting;
  readonly #running: Running;
  /** Calls off the look at whether a cell heeded the last interrupt. */
  #callOffLook: () => void = () => undefined;

  constructor(parts: CommandParts, selecting: Selecting, running: Running) {
    this.#parts = parts;
    this.#selecting = selecting;
    this.#running = running;
  }

  hasDied(): boolean {
    return (this.#session()?.death ?? null) !== null;
  }

  async interrupt(): Promise<void> {
    const run = this.#session()?.running ?? null;
    this.#report(await this.#parts.runner.interrupt());
    if (run !== null) this.#watch(run);
  }

  /** Interrupts this run and no other, also when the next one begins meanwhile. */
  async interruptRun(run: RunId): Promise<void> {
    this.#report(await this.#parts.runner.interruptRun(run));
    this.#watch(run);
  }

  /** Offers a restart when the run goes on. */
  #watch(run: RunId): void {
    const { runner, effects } = this.#parts;
    this.#callOffLook();
    this.#callOffLook = effects.later(heedMs, () => {
      // What is shown of the run is old when nothing is heard of it.
      if (!runner.hearsResults() || runner.state().runs.get(run)?.state !== 'running') return;
      effects.offer({
        id: `unheeded ${run}`,
        title: 'The cell did not stop within 10 seconds.',
        description: 'Some code cannot be interrupted. A restart ends it, and the variables with it.',
        verb: 'Restart the kernel',
        run: () => void this.restart('nothing'),
      });
    });
  }

  /** Nobody looks at the notebook any more: offers about its kernel are made no longer. */
  leave(): void {
    this.#callOffLook();
  }

  async restart(then: AfterRestart): Promise<void> {
    const { document, runner, effects } = this.#parts;
    const title = `${titles[then]}?`;
    if (!(await this.#mayLose(title, 'Restart'))) return;
    const ids = document.cellIds();
    const last = this.#selecting.concerned().at(-1);
    const blocked = await runner.restart();
    if (blocked !== null) return effects.tell(blocked);
    if (then === 'clear') this.#report(await runner.clearOutputs(null));
    if (then === 'runAll') this.#running.run(ids);
    if (then === 'runToHere' && last !== undefined) this.#running.run(ids.slice(0, ids.indexOf(last) + 1));
  }

  async shutDown(): Promise<void> {
    if (await this.#mayLose('Shut the kernel down?', 'Shut down')) this.#report(await this.#parts.runner.shutDown());
  }

  /** Whether the start of a kernel can be called off. */
  launches(): boolean {
    return this.#parts.runner.launch() !== null;
  }

  async cancelLaunch(): Promise<void> {
    this.#report(await this.#parts.runner.cancelLaunch());
  }

  /** Runs again what had run in the kernel that died. */
  async replay(): Promise<void> {
    this.#report(await this.#parts.runner.replay());
  }

  async dismissDeath(): Promise<void> {
    this.#report(await this.#parts.runner.dismissDeath());
  }

  #session(): SessionState | null {
    return this.#parts.runner.state().sessions.values().next().value ?? null;
  }

  /** Asks where something would be lost: a kernel that is dead, or in which nothing has run, has nothing to lose. */
  async #mayLose(title: string, verb: string): Promise<boolean> {
    const session = this.#session();
    if (session === null || session.status === 'dead') return true;
    const cut = [
      ...(session.running === null ? [] : ['the running cell']),
      ...(session.queue.length === 0 ? [] : [`${counted(session.queue.length, 'waiting cell')}`]),
    ];
    if (cut.length === 0 && session.ran.length === 0) return true;
    const cancelled = cut.length === 0 ? '' : ` This cancels ${cut.join(' and ')}.`;
    const body = `The variables of the kernel are lost.${cancelled} The outputs in the notebook stay.`;
    return this.#parts.effects.confirm({ title, verb, body });
  }

  #report(blocked: RunTrouble | null): void {
    if (blocked !== null) this.#parts.effects.tell(blocked);
  }
}

const titles: Readonly<Record<AfterRestart, string>> = {
  nothing: 'Restart the kernel',
  runAll: 'Restart the kernel and run all cells',
  runToHere: 'Restart the kernel and run up to the selected cell',
  clear: 'Restart the kernel and clear all outputs',
};
