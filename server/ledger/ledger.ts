import type { Kysely } from 'kysely';
import { isFault } from '#lib/core/fault.ts';
import type { NotebookId, RunId, WorkspaceId } from '#lib/core/ids.ts';
import type { Database, RunRow } from '#server/db/schema.ts';
import type { BlobHash, BlobStore } from '#server/storage/blob-store.ts';
import { blobsOfRow, rowOf } from './entry-row.ts';
import type { LedgerEntry } from './ledger-entry.ts';
import { PendingEntries } from './pending-entries.ts';
import type { LedgerWriter } from './run-recorder.ts';

export type LedgerParts = {
  readonly db: Kysely<Database>;
  readonly workspaceId: WorkspaceId;
  readonly blobs: BlobStore;
};

export type LedgerEffects = {
  /** ms since 1970 */
  readonly now: () => number;
  readonly after: (ms: number, then: () => void) => () => void;
  /** One line for the operator. */
  readonly report: (problem: string) => void;
};

export const ledgerEffects: LedgerEffects = {
  now: () => Date.now(),
  after: (ms, then) => {
    const timer = setTimeout(then, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
  report: (problem) => console.error(problem),
};

/** Runs that start and end within it are written once, with others. */
const writeWithinMs = 500;
const retryMs = 5_000;
/** Rows of one transaction. SQLite writes at once: between two of them other work goes on. */
const batch = 50;
/** Entries that wait while the disk refuses them; of older ones the journals know. */
const mostPending = 5_000;
/** UTF-16 units of theirs: outputs are held that their cells may have let go of. */
const mostPendingWeight = 128 * 1024 * 1024;

/**
 * The table of all runs, `runs` in the database, with their sources and outputs. Written here alone, in batches after
 * the fact: recorders of the notebooks bring entries, which wait in memory until they are written. They are in the
 * journal meanwhile, so that a process that is killed loses none: whoever opens the notebook next brings them again.
 * Jobs on the table follow each other, in the order in which they were asked for.
 */
export class Ledger implements LedgerWriter {
  readonly #db: Kysely<Database>;
  readonly #workspaceId: WorkspaceId;
  readonly #blobs: BlobStore;
  readonly #effects: LedgerEffects;
  readonly #pending = new PendingEntries();
  #due: (() => void) | null = null;
  #last: Promise<unknown> = Promise.resolve();
  #failing = false;
  /** A write that does not wait for others, under way. */
  #urgent: Promise<unknown> | null = null;

  constructor(parts: LedgerParts, effects: LedgerEffects = ledgerEffects) {
    this.#db = parts.db;
    this.#workspaceId = parts.workspaceId;
    this.#blobs = parts.blobs;
    this.#effects = effects;
  }

  readonly write = (entry: LedgerEntry): void => {
    this.#pending.add(entry);
    this.#bound();
    this.#due ??= this.#effects.after(this.#failing ? retryMs : writeWithinMs, () => void this.flush());
  };

  readonly opened = (notebookId: NotebookId, open: readonly RunId[]): void => {
    const at = this.#effects.now();
    void this.job(() => this.#closeStrays(notebookId, open, at)).catch((error: unknown) => this.#fail(error));
  };

  readonly settled = (notebookId: NotebookId): boolean => !this.#pending.hasOf(notebookId);

  /** Writes what waits; whether all of it is on the disk. */
  readonly flush = (): Promise<boolean> => {
    this.#due?.();
    this.#due = null;
    return this.job(() => this.#writeAll());
  };

  /** Lets go of a notebook's ended runs that wait to be written. */
  forget(notebookId: NotebookId): void {
    this.#pending.forget(notebookId);
  }

  /** Does something with the table after everything that was asked for before. */
  job<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  /** Whether a blob is part of an entry that is kept, or about to be. */
  async liveBlobs(): Promise<ReadonlySet<BlobHash>> {
    return this.job(async () => {
      const live = new Set<BlobHash>();
      let last = '';
      for (;;) {
        const rows = await this.#db
          .selectFrom('runs')
          .select(['id', 'source_blob', 'outputs_blob', 'output_blobs'])
          .where('id', '>', last)
          .orderBy('id')
          .limit(1_000)
          .execute();
        for (const row of rows) for (const hash of blobsOfRow(row)) live.add(hash);
        const end = rows.at(-1);
        if (end === undefined) return live;
        last = end.id;
        await giveWay();
      }
    });
  }

  async #writeAll(): Promise<boolean> {
    try {
      while (this.#pending.size > 0) {
        await this.#writeBatch(this.#pending.begin(batch));
        this.#pending.end(true);
        await giveWay();
      }
      if (this.#failing) this.#effects.report('ledger: runs are recorded again');
      this.#failing = false;
      return true;
    } catch (error) {
      this.#pending.end(false);
      this.#fail(error);
      this.#due ??= this.#effects.after(retryMs, () => void this.flush());
      return false;
    }
  }

  async #writeBatch(entries: readonly LedgerEntry[]): Promise<void> {
    const known = await this.#known(entries);
    const erased = await this.#erased(entries);
    const made: RunRow[] = [];
    const changed: RunRow[] = [];
    for (const entry of entries) {
      const present = known.get(entry.id);
      if (present === undefined) {
        // A late entry without a row: erased meanwhile. A recovered one may have been, long ago.
        if (entry.late && !entry.recovered) continue;
        // A journal may still tell of what was erased; others tell of what is new, whatever the clock says.
        if (entry.recovered && (entry.finishedAt ?? Infinity) <= (erased.get(entry.notebookId) ?? -1)) continue;
      } else if (present.finished_at !== null && !entry.late) continue;
      const row = await rowOf(entry, this.#workspaceId, this.#blobs);
      if (isFault(row)) throw new Error(row.message);
      (present === undefined ? made : changed).push(row);
      await giveWay();
    }
    if (made.length === 0 && changed.length === 0) return;
    await this.#db.transaction().execute(async (transaction) => {
      if (made.length > 0) await transaction.insertInto('runs').values(made).execute();
      for (const row of changed) {
        await transaction.updateTable('runs').set(changesOf(row)).where('id', '=', row.id).execute();
      }
    });
  }

  async #known(entries: readonly LedgerEntry[]): Promise<ReadonlyMap<string, Pick<RunRow, 'finished_at'>>> {
    const rows = await this.#db
      .selectFrom('runs')
      .select(['id', 'finished_at'])
      .where(
        'id',
        'in',
        entries.map(({ id }) => id),
      )
      .execute();
    return new Map(rows.map((row) => [row.id, row]));
  }

  async #erased(entries: readonly LedgerEntry[]): Promise<ReadonlyMap<string, number>> {
    const rows = await this.#db
      .selectFrom('history_erasures')
      .select(['notebook_id', 'erased_at'])
      .where('notebook_id', 'in', [...new Set(entries.map(({ notebookId }) => notebookId))])
      .execute();
    return new Map(rows.map((row) => [row.notebook_id, row.erased_at]));
  }

  /** Rows of runs that nobody knows any more: their journal is gone. */
  async #closeStrays(notebookId: NotebookId, open: readonly RunId[], at: number): Promise<void> {
    const rows = await this.#db
      .selectFrom('runs')
      .select('id')
      .where('workspace_id', '=', this.#workspaceId)
      .where('notebook_id', '=', notebookId)
      .where('finished_at', 'is', null)
      .where('queued_at', '<=', at)
      .execute();
    const reason = 'the server stopped, and its end was never heard of';
    for (const { id } of rows) {
      if (open.some((one) => one === id) || this.#pending.has(id as RunId)) continue;
      await this.#db
        .updateTable('runs')
        .set({ finished_at: at, outcome: 'lost', reason })
        .where('id', '=', id)
        .execute();
    }
  }

  /** On a disk that refuses, the oldest go; else large ones are written sooner than usual. */
  #bound(): void {
    const isHeavy = () => this.#pending.weight > mostPendingWeight && this.#pending.size > 1;
    if (isHeavy() && !this.#failing && this.#urgent === null) {
      this.#urgent = this.flush().finally(() => (this.#urgent = null));
    }
    while (this.#pending.size > mostPending || (isHeavy() && this.#failing)) {
      this.#pending.drop();
      this.#fail(new Error('too many runs wait; the oldest are not recorded'));
    }
  }

  #fail(error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    if (!this.#failing) this.#effects.report(`ledger: runs cannot be recorded: ${why}`);
    this.#failing = true;
  }
}

/** What may change of a row: what was known when it was made stays where it is not known any more. */
function changesOf(row: RunRow): Partial<RunRow> {
  const { started_at, finished_at, outcome, reason, execution_count, bytes } = row;
  const { outputs, outputs_blob, outputs_left, output_blobs } = row;
  const ended = { started_at, finished_at, outcome, reason, execution_count, bytes };
  const { source, source_blob, first_line } = row;
  const sent = source === null && source_blob === null ? {} : { source, source_blob, first_line };
  return { ...ended, outputs, outputs_blob, outputs_left, output_blobs, ...sent };
}

function giveWay(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
