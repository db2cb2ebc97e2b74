import type { Kysely } from 'kysely';

/** Rows as they lie in the database. Every row belongs to a workspace. Times are ms since 1970. */
export type Database = {
  gateways: GatewayRow;
  clusters: ClusterRow;
  cluster_templates: ClusterTemplateRow;
  cluster_starts: ClusterStartRow;
  sign_ins: SignInRow;
  runs: RunRow;
  history_erasures: HistoryErasureRow;
  settings: SettingRow;
};

export type GatewayRow = {
  id: string;
  workspace_id: string;
  kind: string;
  label: string;
  url: string;
  /** JSON of how it is entered and believed; null in rows of the first schema, whose secret is a bare token. */
  settings: string | null;
  /** JSON of the secrets by name, sealed with the key file; null when there are none. */
  sealed_secrets: string | null;
  created_at: number;
};

export type ClusterRow = {
  id: string;
  workspace_id: string;
  /** JSON of its life, as the reducer has it. */
  cluster: string;
  /** JSON of where it is; null when it was launched from here. */
  place: string | null;
  /** JSON of the environment variables of its workers, sealed with the key file, as the token is. */
  sealed_environment: string;
  sealed_token: string | null;
};

export type ClusterTemplateRow = {
  id: string;
  workspace_id: string;
  /** JSON of all but its environment variables. */
  template: string;
  /** JSON, sealed with the key file. */
  sealed_environment: string;
};

/** How long the last start of an engine and a size took. */
export type ClusterStartRow = { workspace_id: string; kind: string; size: string; ms: number };

export type SignInRow = {
  /** SHA-256 of the cookie's value, hex: the value itself is nowhere on disk. */
  token_hash: string;
  workspace_id: string;
  principal_id: string;
  created_at: number;
  seen_at: number;
};

/** One run of one cell. */
export type RunRow = {
  id: string;
  workspace_id: string;
  notebook_id: string;
  /** Of the notebook when it was written. */
  path: string;
  cell_id: string;
  author: string;
  /** Where it ran; null where that is not known. */
  gateway_id: string | null;
  gateway_label: string | null;
  kernel_id: string | null;
  kernel_name: string | null;
  kernel_label: string | null;
  language: string | null;
  queued_at: number;
  started_at: number | null;
  /** null while it runs. */
  finished_at: number | null;
  outcome: string | null;
  reason: string | null;
  execution_count: number | null;
  /** Beginning of the first line of the source that says something. */
  first_line: string;
  /** The code, or JSON of the outputs, in the row when it is short; else the hash of a blob. */
  source: string | null;
  source_blob: string | null;
  outputs: string | null;
  outputs_blob: string | null;
  /** Outputs at the end that were too large to be kept. */
  outputs_left: number;
  /** JSON: hashes of blobs that the outputs refer to. */
  output_blobs: string;
  /** Of source and outputs, in and outside of the row. */
  bytes: number;
};

/** A notebook's history was erased: what ended before must not come back from a journal. */
export type HistoryErasureRow = { notebook_id: string; workspace_id: string; erased_at: number };

/** One section of the settings, as JSON. */
export type SettingRow = { workspace_id: string; name: string; value: string };

type Migration = { readonly name: string; readonly up: (db: Kysely<Database>) => Promise<void> };

/** In order, never edited after release, portable SQL only. */
export const migrations: readonly Migration[] = [
  {
    name: '001-gateways-and-sign-ins',
    up: async (db) => {
      await db.schema
        .createTable('gateways')
        .addColumn('id', 'varchar(64)', (column) => column.primaryKey())
        .addColumn('workspace_id', 'varchar(64)', (column) => column.notNull())
        .addColumn('kind', 'varchar(32)', (column) => column.notNull())
        .addColumn('label', 'varchar(80)', (column) => column.notNull())
        .addColumn('url', 'varchar(2048)', (column) => column.notNull())
        .addColumn('sealed_token', 'text')
        .addColumn('created_at', 'bigint', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('sign_ins')
        .addColumn('token_hash', 'varchar(64)', (column) => column.primaryKey())
        .addColumn('workspace_id', 'varchar(64)', (column) => column.notNull())
        .addColumn('principal_id', 'varchar(64)', (column) => column.notNull())
        .addColumn('created_at', 'bigint', (column) => column.notNull())
        .addColumn('seen_at', 'bigint', (column) => column.notNull())
        .execute();
    },
  },
  {
    name: '002-ledger',
    up: async (db) => {
      await db.schema
        .createTable('runs')
        .addColumn('id', 'varchar(128)', (column) => column.primaryKey())
        .addColumn('workspace_id', 'varchar(64)', (column) => column.notNull())
        .addColumn('notebook_id', 'varchar(128)', (column) => column.notNull())
        .addColumn('path', 'varchar(4096)', (column) => column.notNull())
        .addColumn('cell_id', 'varchar(128)', (column) => column.notNull())
        .addColumn('author', 'varchar(128)', (column) => column.notNull())
        .addColumn('gateway_id', 'varchar(128)')
        .addColumn('gateway_label', 'text')
        .addColumn('kernel_id', 'varchar(128)')
        .addColumn('kernel_name', 'text')
        .addColumn('kernel_label', 'text')
        .addColumn('language', 'text')
        .addColumn('queued_at', 'bigint', (column) => column.notNull())
        .addColumn('started_at', 'bigint')
        .addColumn('finished_at', 'bigint')
        .addColumn('outcome', 'varchar(16)')
        .addColumn('reason', 'text')
        .addColumn('execution_count', 'integer')
        .addColumn('first_line', 'varchar(240)', (column) => column.notNull())
        .addColumn('source', 'text')
        .addColumn('source_blob', 'varchar(64)')
        .addColumn('outputs', 'text')
        .addColumn('outputs_blob', 'varchar(64)')
        .addColumn('outputs_left', 'integer', (column) => column.notNull())
        .addColumn('output_blobs', 'text', (column) => column.notNull())
        .addColumn('bytes', 'bigint', (column) => column.notNull())
        .execute();
      for (const [name, columns] of [
        ['runs_by_notebook', ['workspace_id', 'notebook_id', 'queued_at', 'id']],
        ['runs_by_cell', ['workspace_id', 'notebook_id', 'cell_id', 'queued_at', 'id']],
        ['runs_by_end', ['workspace_id', 'finished_at']],
      ] as const) {
        await db.schema
          .createIndex(name)
          .on('runs')
          .columns([...columns])
          .execute();
      }
      await db.schema
        .createTable('history_erasures')
        .addColumn('notebook_id', 'varchar(128)', (column) => column.primaryKey())
        .addColumn('workspace_id', 'varchar(64)', (column) => column.notNull())
        .addColumn('erased_at', 'bigint', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('settings')
        .addColumn('workspace_id', 'varchar(64)', (column) => column.notNull())
        .addColumn('name', 'varchar(64)', (column) => column.notNull())
        .addColumn('value', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('settings_of_workspace', ['workspace_id', 'name'])
        .execute();
    },
  },
  {
    name: '003-gateways',
    up: async (db) => {
      await db.schema.alterTable('gateways').renameColumn('sealed_token', 'sealed_secrets').execute();
      await db.schema.alterTable('gateways').addColumn('settings', 'text').execute();
    },
  },
  {
    name: '004-clusters',
    up: async (db) => {
      await db.schema
        .createTable('clusters')
        .addColumn('id', 'varchar(64)', (column) => column.primaryKey())
        .addColumn('workspace_id', 'varchar(64)', (column) => column.notNull())
        .addColumn('cluster', 'text', (column) => column.notNull())
        .addColumn('place', 'text')
        .addColumn('environment', 'text', (column) => column.notNull())
        .addColumn('sealed_token', 'text')
        .execute();
    },
  },
  {
    name: '005-cluster-templates',
    up: async (db) => {
      // What a row had there before was not sealed. No release has written one.
      await db.deleteFrom('clusters').execute();
      await db.schema.alterTable('clusters').renameColumn('environment', 'sealed_environment').execute();
      await db.schema
        .createTable('cluster_templates')
        .addColumn('id', 'varchar(64)', (column) => column.primaryKey())
        .addColumn('workspace_id', 'varchar(64)', (column) => column.notNull())
        .addColumn('template', 'text', (column) => column.notNull())
        .addColumn('sealed_environment', 'text', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('cluster_starts')
        .addColumn('workspace_id', 'varchar(64)', (column) => column.notNull())
        .addColumn('kind', 'varchar(32)', (column) => column.notNull())
        .addColumn('size', 'varchar(128)', (column) => column.notNull())
        .addColumn('ms', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('cluster_starts_of_size', ['workspace_id', 'kind', 'size'])
        .execute();
    },
  },
];
