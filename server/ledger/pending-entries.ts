import type { NotebookId, RunId } from '#lib/core/ids.ts';
import { weighOutput } from '#lib/core/session/withhold.ts';
import type { LedgerEntry } from './ledger-entry.ts';

/** Entries that wait to be written, in the order in which their runs were first heard of; and what they weigh together. */
export class PendingEntries {
  readonly #entries = new Map<RunId, { readonly entry: LedgerEntry; readonly weight: number }>();
  /** Those that are being written now: what comes for one of them meanwhile is news about a row. */
  #batch: readonly LedgerEntry[] = [];
  #weight = 0;

  get size(): number {
    return this.#entries.size;
  }

  /** UTF-16 units that are held for them, about. */
  get weight(): number {
    return this.#weight;
  }

  add(entry: LedgerEntry): void {
    const waiting = this.#entries.get(entry.id)?.entry;
    // What waits is the whole entry still: it is made, not changed. Unless its row is made at this moment.
    const isMade = waiting === undefined || waiting.late || this.#batch.includes(waiting);
    this.#set(isMade ? entry : { ...entry, late: false });
  }

  has(id: RunId): boolean {
    return this.#entries.has(id);
  }

  hasOf(notebookId: NotebookId): boolean {
    for (const { entry } of this.#entries.values()) if (entry.notebookId === notebookId) return true;
    return this.#batch.some((entry) => entry.notebookId === notebookId);
  }

  /** The first `most` of them, which are written now. */
  begin(most: number): readonly LedgerEntry[] {
    this.#batch = [...this.#entries.values()].slice(0, most).map(({ entry }) => entry);
    return this.#batch;
  }

  /** What was begun is written, or is not. */
  end(isWritten: boolean): void {
    const batch = this.#batch;
    this.#batch = [];
    for (const entry of batch) {
      const present = this.#entries.get(entry.id)?.entry;
      if (present === entry && isWritten) this.#remove(entry.id);
      // Something newer waits in its place, and has to make the row in its stead.
      else if (!isWritten && present?.late === true && !entry.late) this.#set({ ...present, late: false });
    }
  }

  /** Lets go of the one that waits longest. */
  drop(): void {
    const oldest = this.#entries.keys().next().value;
    if (oldest !== undefined) this.#remove(oldest);
  }

  /** Lets go of a notebook's ended runs. */
  forget(notebookId: NotebookId): void {
    for (const { entry } of this.#entries.values()) {
      if (entry.notebookId === notebookId && entry.finishedAt !== null) this.#remove(entry.id);
    }
  }

  #set(entry: LedgerEntry): void {
    const weight = entry.outputs.reduce((sum, output) => sum + weighOutput(output), entry.source?.length ?? 0);
    this.#weight += weight - (this.#entries.get(entry.id)?.weight ?? 0);
    this.#entries.set(entry.id, { entry, weight });
  }

  #remove(id: RunId): void {
    this.#weight -= this.#entries.get(id)?.weight ?? 0;
    this.#entries.delete(id);
  }
}
