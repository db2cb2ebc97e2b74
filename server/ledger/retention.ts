import type { Kysely } from 'kysely';
import type { WorkspaceId } from '#lib/core/ids.ts';
import type { HistorySettings } from '#lib/core/settings.ts';
import type { Database } from '#server/db/schema.ts';
import type { Ledger } from './ledger.ts';

const dayMs = 86_400_000;
/** Rows of one deletion. */
const batch = 500;

export type RetentionParts = {
  readonly db: Kysely<Database>;
  readonly workspaceId: WorkspaceId;
  readonly ledger: Ledger;
};

/**
 * Forgets runs that ended too long ago, and then the oldest ones while all together are too large. A run that is open
 * stays. Answers how many went; their blobs go with the next sweep.
 */
export async function retainRuns(
  { db, workspaceId, ledger }: RetentionParts,
  { days, megabytes }: HistorySettings,
  now: number,
): Promise<number> {
  const runs = () => db.selectFrom('runs').where('workspace_id', '=', workspaceId);
  const ended = () => runs().where('finished_at', 'is not', null);
  const oldest = () => ended().select(['id', 'bytes']).orderBy('finished_at').orderBy('id').limit(batch);
  const forget = async (ids: readonly string[]): Promise<number> => {
    if (ids.length > 0) await db.deleteFrom('runs').where('id', 'in', ids).execute();
    return ids.length;
  };
  let forgotten = 0;
  if (days !== null) {
    for (let going = batch; going === batch;) {
      going = await ledger.job(async () => {
        const rows = await oldest()
          .where('finished_at', '<', now - days * dayMs)
          .execute();
        return forget(rows.map(({ id }) => id));
      });
      forgotten += going;
    }
  }
  if (megabytes === null) return forgotten;
  for (let going = batch; going === batch;) {
    going = await ledger.job(async () => {
      const sum = await runs()
        .select(({ fn }) => fn.sum<number | null>('bytes').as('bytes'))
        .executeTakeFirst();
      let excess = Number(sum?.bytes ?? 0) - megabytes * 1_000_000;
      const gone: string[] = [];
      for (const { id, bytes } of await oldest().execute()) {
        if (excess <= 0) break;
        excess -= bytes;
        gone.push(id);
      }
      return forget(gone);
    });
    forgotten += going;
  }
  return forgotten;
}
