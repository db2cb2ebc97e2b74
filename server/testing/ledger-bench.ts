import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cellId, notebookId, principalId, runId, workspaceId, type NotebookId } from '#lib/core/ids.ts';
import { migrate } from '#server/db/migrate.ts';
import { openSqlite } from '#server/db/sqlite.ts';
import type { LedgerEntry } from '#server/ledger/ledger-entry.ts';
import { Ledger, ledgerEffects, type LedgerEffects } from '#server/ledger/ledger.ts';
import { LedgerQuery } from '#server/ledger/ledger-query.ts';
import { blobEffects, BlobStore, type BlobEffects } from '#server/storage/blob-store.ts';

/** A ledger on a real database and a real blob store, in a folder of its own. */
export class LedgerBench {
  readonly folder: string;
  readonly workspaceId = workspaceId('w');
  readonly reports: string[] = [];
  readonly db;
  readonly blobs: BlobStore;
  readonly ledger: Ledger;
  readonly query: LedgerQuery;
  /** Clock of erasures and strays, ms. */
  at = 1_000_000;

  static async open(disk: Partial<BlobEffects> = {}): Promise<LedgerBench> {
    const bench = new LedgerBench(await mkdtemp(join(tmpdir(), 'farfield-ledger-')), disk);
    await migrate(bench.db);
    return bench;
  }

  private constructor(folder: string, disk: Partial<BlobEffects>) {
    this.folder = folder;
    this.db = openSqlite(join(folder, 'farfield.db'));
    this.blobs = new BlobStore(join(folder, 'blobs'), { ...blobEffects, ...disk });
    const parts = { db: this.db, workspaceId: this.workspaceId, blobs: this.blobs };
    const effects: LedgerEffects = {
      ...ledgerEffects,
      now: () => this.at,
      report: (problem) => this.reports.push(problem),
    };
    this.ledger = new Ledger(parts, effects);
    this.query = new LedgerQuery({ ...parts, ledger: this.ledger, now: effects.now });
  }

  async close(): Promise<void> {
    await this.ledger.flush();
    await this.db.destroy();
    await rm(this.folder, { recursive: true, force: true });
  }

  async list(id: NotebookId = notebookId('n1'), filter: Partial<Parameters<LedgerQuery['list']>[0]> = {}) {
    const page = await this.query.list({ notebookId: id, limit: 200, ...filter });
    if ('fault' in page) throw new Error(page.message);
    return page;
  }
}

/** An entry of a run that ended well, or what is said of it otherwise. */
export function entry(id: string, part: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    id: runId(id),
    notebookId: notebookId('n1'),
    path: 'a.ipynb',
    cellId: cellId('c1'),
    by: principalId('ada'),
    session: null,
    queuedAt: 1_000,
    startedAt: 1_100,
    finishedAt: 1_200,
    outcome: 'ok',
    reason: null,
    executionCount: 1,
    source: `print('${id}')`,
    outputs: [{ output_type: 'stream', name: 'stdout', text: `${id}\n` }],
    late: false,
    recovered: false,
    ...part,
  };
}
