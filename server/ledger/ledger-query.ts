import { sql, type Kysely } from 'kysely';
import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import {
  cellId,
  gatewayId,
  principalId,
  runId,
  type CellId,
  type NotebookId,
  type RunId,
  type WorkspaceId,
} from '#lib/core/ids.ts';
import type { Output } from '#lib/core/notebook/output.ts';
import { runOutcomeSchema, type RunOutcome } from '#lib/core/session/event.ts';
import type { PastRun } from '#lib/protocol/http/history.ts';
import type { Database, RunRow } from '#server/db/schema.ts';
import type { BlobStore } from '#server/storage/blob-store.ts';
import { contentOf } from './entry-row.ts';
import type { Ledger } from './ledger.ts';

export type HistoryFilter = {
  readonly notebookId: NotebookId;
  readonly cellId?: CellId | undefined;
  readonly outcome?: RunOutcome | undefined;
  readonly by?: string | undefined;
  /** Where the page before ended. */
  readonly after?: string | undefined;
  readonly limit: number;
};

export type HistoryPage = {
  readonly runs: PastRun[];
  /** To be asked for next; null at the end. */
  readonly next: string | null;
  /** Everybody who ran something in this notebook. */
  readonly authors: string[];
};

const columns = [
  'id',
  'path',
  'cell_id',
  'author',
  'gateway_id',
  'gateway_label',
  'kernel_label',
  'language',
  'queued_at',
  'started_at',
  'finished_at',
  'outcome',
  'reason',
  'execution_count',
  'first_line',
  'outputs_left',
] as const satisfies readonly (keyof RunRow)[];

export type QueryParts = {
  readonly db: Kysely<Database>;
  readonly workspaceId: WorkspaceId;
  readonly blobs: BlobStore;
  readonly ledger: Ledger;
  readonly now: () => number;
};

/** What is asked of the ledger by people. Each answer has everything that happened before the question. */
export class LedgerQuery {
  readonly #parts: QueryParts;

  constructor(parts: QueryParts) {
    this.#parts = parts;
  }

  /** Runs of a notebook, the newest first. */
  async list(filter: HistoryFilter): Promise<HistoryPage | Fault> {
    const { db, workspaceId, ledger } = this.#parts;
    const place = filter.after === undefined ? null : readPlace(filter.after);
    if (isFault(place)) return place;
    await ledger.flush();
    const ofNotebook = db
      .selectFrom('runs')
      .where('workspace_id', '=', workspaceId)
      .where('notebook_id', '=', filter.notebookId);
    let query = ofNotebook.select(columns);
    if (filter.cellId !== undefined) query = query.where('cell_id', '=', filter.cellId);
    if (filter.outcome !== undefined) query = query.where('outcome', '=', filter.outcome);
    if (filter.by !== undefined) query = query.where('author', '=', filter.by);
    if (place !== null) {
      const { queuedAt, begunAt, id } = place;
      query = query.where((where) =>
        where.or([
          where('queued_at', '<', queuedAt),
          where.and([where('queued_at', '=', queuedAt), where(begun, '<', begunAt)]),
          where.and([where('queued_at', '=', queuedAt), where(begun, '=', begunAt), where('id', '<', id)]),
        ]),
      );
    }
    const rows = await query
      .orderBy('queued_at', 'desc')
      .orderBy(begun, 'desc')
      .orderBy('id', 'desc')
      .limit(filter.limit + 1)
      .execute();
    const shown = rows.slice(0, filter.limit);
    const last = shown.at(-1);
    const authors = await ofNotebook.select('author').distinct().orderBy('author').execute();
    return {
      runs: shown.map(pastRun),
      next: rows.length > shown.length && last !== undefined ? `${last.queued_at}:${begunAt(last)}:${last.id}` : null,
      authors: authors.map(({ author }) => author),
    };
  }

  /** One run with its code and its outputs. */
  async find(
    id: RunId,
  ): Promise<{ readonly run: PastRun; readonly source: string | null; readonly outputs: readonly Output[] } | Fault> {
    const { db, workspaceId, ledger, blobs } = this.#parts;
    await ledger.flush();
    const row = await db
      .selectFrom('runs')
      .selectAll()
      .where('workspace_id', '=', workspaceId)
      .where('id', '=', id)
      .executeTakeFirst();
    if (row === undefined)
      return fault('run.notFound', 'This run is not in the history any more.', 'Load the list anew.');
    const content = await contentOf(row, blobs);
    return isFault(content) ? content : { run: pastRun(row), ...content };
  }

  /** Forgets all ended runs of a notebook; answers how many. */
  async erase(notebookId: NotebookId): Promise<number> {
    const { db, workspaceId, ledger, now } = this.#parts;
    await ledger.flush();
    return ledger.job(async () => {
      ledger.forget(notebookId);
      const erasure = { notebook_id: notebookId, workspace_id: workspaceId, erased_at: now() };
      await db
        .insertInto('history_erasures')
        .values(erasure)
        .onConflict((conflict) => conflict.column('notebook_id').doUpdateSet({ erased_at: erasure.erased_at }))
        .execute();
      const { numDeletedRows } = await db
        .deleteFrom('runs')
        .where('workspace_id', '=', workspaceId)
        .where('notebook_id', '=', notebookId)
        .where('finished_at', 'is not', null)
        .executeTakeFirst();
      return Number(numDeletedRows);
    });
  }
}

function pastRun(row: Pick<RunRow, (typeof columns)[number]>): PastRun {
  return {
    id: runId(row.id),
    cellId: cellId(row.cell_id),
    by: principalId(row.author),
    gatewayId: row.gateway_id === null ? null : gatewayId(row.gateway_id),
    gatewayLabel: row.gateway_label,
    kernelLabel: row.kernel_label,
    language: row.language,
    queuedAt: row.queued_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    outcome: row.outcome === null ? null : runOutcomeSchema.parse(row.outcome),
    reason: row.reason,
    executionCount: row.execution_count,
    firstLine: row.first_line,
    outputsLeft: row.outputs_left,
  };
}

/** Cells that are run together are asked for in one moment: they are in the order in which their turn came. */
const begun = sql<number>`coalesce(started_at, finished_at, queued_at)`;
const begunAt = (row: Pick<RunRow, 'queued_at' | 'started_at' | 'finished_at'>): number =>
  row.started_at ?? row.finished_at ?? row.queued_at;

type Place = { readonly queuedAt: number; readonly begunAt: number; readonly id: string };

function readPlace(text: string): Place | Fault {
  const [, queued, turn, id] = /^(\d{1,16}):(\d{1,16}):(.{1,128})$/s.exec(text) ?? [];
  if (queued !== undefined && turn !== undefined && id !== undefined)
    return { queuedAt: Number(queued), begunAt: Number(turn), id };
  return fault('request.invalid', 'This is no place in a list of runs.', 'Ask with the `next` of an earlier answer.');
}
