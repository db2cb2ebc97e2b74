import type { Kysely } from 'kysely';
import type { ClusterKind } from '#lib/core/cluster/kind.ts';
import { clusterKindSchema } from '#lib/core/cluster/kind.ts';
import type { ClusterSize } from '#lib/core/cluster/state.ts';
import { clusterSizeSchema } from '#lib/core/cluster/template.ts';
import type { WorkspaceId } from '#lib/core/ids.ts';
import type { ClusterStart } from '#lib/protocol/http/clusters.ts';
import type { Database } from '#server/db/schema.ts';

/** How long the last start of each engine and size took here. Owns the table `cluster_starts`. */
export class StartTimes {
  readonly #db: Kysely<Database>;
  readonly #workspaceId: WorkspaceId;
  readonly #starts = new Map<string, ClusterStart>();

  constructor(db: Kysely<Database>, workspaceId: WorkspaceId) {
    this.#db = db;
    this.#workspaceId = workspaceId;
  }

  async run(): Promise<void> {
    const rows = await this.#db
      .selectFrom('cluster_starts')
      .selectAll()
      .where('workspace_id', '=', this.#workspaceId)
      .execute();
    for (const { kind, size, ms } of rows) {
      const start = { kind: clusterKindSchema.parse(kind), size: clusterSizeSchema.parse(JSON.parse(size)), ms };
      this.#starts.set(keyOf(start.kind, start.size), start);
    }
  }

  list(): readonly ClusterStart[] {
    return [...this.#starts.values()];
  }

  /** ms; null: never measured. */
  get(kind: ClusterKind, size: ClusterSize): number | null {
    return this.#starts.get(keyOf(kind, size))?.ms ?? null;
  }

  async measured(start: ClusterStart): Promise<void> {
    const { kind, size, ms } = start;
    this.#starts.set(keyOf(kind, size), start);
    const row = { workspace_id: this.#workspaceId, kind, size: sizeText(size), ms };
    await this.#db.transaction().execute(async (transaction) => {
      await transaction
        .deleteFrom('cluster_starts')
        .where('workspace_id', '=', row.workspace_id)
        .where('kind', '=', kind)
        .where('size', '=', row.size)
        .execute();
      await transaction.insertInto('cluster_starts').values(row).execute();
    });
  }
}

const keyOf = (kind: ClusterKind, size: ClusterSize): string => `${kind} ${sizeText(size)}`;
const sizeText = ({ workers, threads, memoryBytes }: ClusterSize): string =>
  JSON.stringify({ workers, threads, memoryBytes });
