import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { workspaceId } from '#lib/core/ids.ts';
import { defaultSettings } from '#lib/core/settings.ts';
import { migrate } from '#server/db/migrate.ts';
import { openSqlite } from '#server/db/sqlite.ts';
import { SettingsStore } from './settings.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'farfield-settings-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('sections that change at the same time are both kept', async () => {
  const db = openSqlite(path.join(folder, 'farfield.db'));
  await migrate(db);
  const store = new SettingsStore(db, workspaceId('w'));
  const history = { ...defaultSettings.history, days: 7 };
  const idle = { minutes: { gateway: 7 } };
  await Promise.all([store.change({ history }), store.change({ idle })]);
  expect(store.get()).toEqual({ ...defaultSettings, history, idle });
  const again = new SettingsStore(db, workspaceId('w'));
  await again.run();
  expect(again.get()).toEqual({ ...defaultSettings, history, idle });
  await db.destroy();
});

it('what cannot be written whole changes nothing, neither now nor after a restart', async () => {
  const db = openSqlite(path.join(folder, 'farfield.db'));
  await migrate(db);
  // The disk is full between the two rows.
  await sql`CREATE TRIGGER disk_full BEFORE INSERT ON settings WHEN NEW.name = 'idle'
    BEGIN SELECT RAISE(ABORT, 'disk full'); END`.execute(db);
  const store = new SettingsStore(db, workspaceId('w'));
  await store.run();
  const told: unknown[] = [];
  store.onChanged((settings) => told.push(settings));
  const change = store.change({ history: { days: 1, megabytes: 1 }, idle: { minutes: { gateway: 7 } } });
  await expect(change).rejects.toThrow('disk full');
  expect(store.get()).toEqual(defaultSettings);
  expect(told).toEqual([]);
  const again = new SettingsStore(db, workspaceId('w'));
  await again.run();
  expect(again.get()).toEqual(defaultSettings);
  await db.destroy();
});
