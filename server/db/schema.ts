import type { Kysely } from 'kysely';

/** Rows as they lie in the database. Every row belongs to a workspace. Times are ms since 1970. */
export type Database = {
  gateways: GatewayRow;
  sign_ins: SignInRow;
};

export type GatewayRow = {
  id: string;
  workspace_id: string;
  kind: string;
  label: string;
  url: string;
  /** Sealed with the key file; null when the gateway needs no token. */
  sealed_token: string | null;
  created_at: number;
};

export type SignInRow = {
  /** SHA-256 of the cookie's value, hex: the value itself is nowhere on disk. */
  token_hash: string;
  workspace_id: string;
  principal_id: string;
  created_at: number;
  seen_at: number;
};

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
];
