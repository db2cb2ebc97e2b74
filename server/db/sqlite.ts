import { DatabaseSync } from 'node:sqlite';
import { Kysely, SqliteDialect } from 'kysely';
import type { Database } from './schema.ts';

/**
 * Opens the embedded database: Node's own SQLite with a write-ahead log and a full sync at each commit, so that an
 * answered request is on disk. One server process per state folder (the home lock sees to it).
 */
export function openSqlite(file: string): Kysely<Database> {
  const database = new DatabaseSync(file);
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000;',
  );
  return new Kysely<Database>({ dialect: new SqliteDialect({ database: statementsOf(database) }) });
}

type Parameter = null | number | bigint | string | Uint8Array;

/** The shape Kysely's SQLite dialect asks for, over `node:sqlite`. */
function statementsOf(database: DatabaseSync) {
  return {
    close: () => database.close(),
    prepare: (sql: string) => {
      const statement = database.prepare(sql);
      return {
        reader: statement.columns().length > 0,
        all: (parameters: readonly unknown[]) => statement.all(...(parameters as Parameter[])),
        run: (parameters: readonly unknown[]) => statement.run(...(parameters as Parameter[])),
        iterate: (parameters: readonly unknown[]) => statement.iterate(...(parameters as Parameter[])),
      };
    },
  };
}
