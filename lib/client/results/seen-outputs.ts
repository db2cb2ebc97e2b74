import type { UpReply } from '#lib/client/connection-port.ts';
import { isFault } from '#lib/core/fault.ts';
import type { CellId } from '#lib/core/ids.ts';
import type { Output } from '#lib/core/notebook/output.ts';
import type { CellState, NotebookRunState } from '#lib/core/session/state.ts';
import { fillCells, isWithheld, weighOutput, withholdOutputs } from '#lib/core/session/withhold.ts';
import type { Cursor } from '#lib/protocol/fields.ts';

/** What fetching and giving back needs of the store. */
export type SeenParts = {
  /** The state as received, and its place in the log; null while the log is not followed. */
  readonly state: () => NotebookRunState;
  readonly cursor: () => Cursor | null;
  readonly read: (cellIds: CellId[]) => Promise<UpReply<'results.read'>>;
  readonly replace: (state: NotebookRunState) => void;
  readonly after: (ms: number, then: () => void) => () => void;
  /** Cells that are mounted: taken for the seen ones as long as nobody says which those are. */
  readonly mounted: () => Iterable<CellId>;
};

/** UTF-16 units of the outputs that are kept, those on the screen aside: 12 MB in memory at most. */
const budget = 6 * 1024 * 1024;
const trimEveryMs = 1_000;
const mostCells = 32;
const againMs = 50;
const afterFaultMs = 1_000;

/**
 * Which outputs a browser holds. Outputs of cells near the viewport are fetched, nearest first, one request at a time, so
 * that what was scrolled past is not asked for. Those of cells out of sight are given back, longest unseen first, once
 * all together pass the budget.
 */
export class SeenOutputs {
  readonly #parts: SeenParts;
  #seen: readonly CellId[] | null = null;
  /** In order of being seen last. */
  readonly #recent = new Set<CellId>();
  readonly #weights = new WeakMap<readonly Output[], number>();
  #asking = false;
  #turn = 0;
  #callOffLook: (() => void) | null = null;
  #callOffTrim: (() => void) | null = null;

  constructor(parts: SeenParts) {
    this.#parts = parts;
  }

  seen(ids: readonly CellId[]): void {
    this.#seen = ids;
    for (const id of ids.toReversed()) {
      this.#recent.delete(id);
      this.#recent.add(id);
    }
    this.look();
  }

  /** A cell was mounted. */
  mounted(): void {
    if (this.#seen === null && this.#callOffLook === null) this.#lookLater(0);
  }

  /** The state has changed: what is seen may be withheld (anew). */
  look(): void {
    this.#callOffTrim ??= this.#parts.after(trimEveryMs, () => this.#trim());
    if (this.#asking || this.#callOffLook !== null || this.#parts.cursor() === null) return;
    const { cells } = this.#parts.state();
    const wanted: CellId[] = [];
    for (const id of this.#seen ?? this.#parts.mounted()) {
      const cell = cells.get(id);
      if (cell !== undefined && isWithheld(cell.outputs)) wanted.push(id);
      if (wanted.length === mostCells) break;
    }
    if (wanted.length > 0) void this.#ask(wanted);
  }

  /** The log is followed anew, or no more: an answer under way says nothing of it. */
  reset(): void {
    this.#turn += 1;
    this.#asking = false;
    this.#callOffLook?.();
    this.#callOffLook = null;
    this.#callOffTrim?.();
    this.#callOffTrim = null;
  }

  async #ask(wanted: CellId[]): Promise<void> {
    const turn = this.#turn;
    this.#asking = true;
    const reply = await this.#parts.read(wanted);
    if (turn !== this.#turn) return;
    this.#asking = false;
    if (isFault(reply) || reply.cells.length === 0) return this.#lookLater(afterFaultMs);
    const here = this.#parts.cursor();
    // The line is behind: what was read already holds events that have not come yet.
    if (here?.generation !== reply.at.generation || here.seq !== reply.at.seq) return this.#lookLater(againMs);
    this.#parts.replace(fillCells(this.#parts.state(), reply.cells));
    this.look();
  }

  #lookLater(ms: number): void {
    this.#callOffLook?.();
    this.#callOffLook = this.#parts.after(ms, () => {
      this.#callOffLook = null;
      this.look();
    });
  }

  #trim(): void {
    this.#callOffTrim = null;
    const state = this.#parts.state();
    let held = 0;
    for (const cell of state.cells.values()) held += this.#weigh(cell);
    if (held <= budget) return;
    const seen = new Set(this.#seen ?? this.#parts.mounted());
    const order = [...this.#recent];
    const longUnseen = [...state.cells.keys()].filter((id) => !this.#recent.has(id));
    const back: { readonly cellId: CellId; readonly outputs: readonly Output[] }[] = [];
    for (const id of [...longUnseen, ...order]) {
      // Some room, so that the next output does not begin it all again.
      if (held <= budget * 0.8) break;
      const cell = state.cells.get(id);
      if (cell === undefined || seen.has(id) || (cell.run !== null && cell.run.finishedAt === null)) continue;
      const outputs = withholdOutputs(cell.outputs);
      if (outputs === cell.outputs) continue;
      held -= this.#weigh(cell);
      back.push({ cellId: id, outputs });
    }
    if (back.length > 0) this.#parts.replace(fillCells(state, back));
  }

  #weigh({ outputs }: CellState): number {
    const known = this.#weights.get(outputs);
    if (known !== undefined) return known;
    const weight = outputs.reduce((sum, output) => sum + weighOutput(output), 0);
    this.#weights.set(outputs, weight);
    return weight;
  }
}
