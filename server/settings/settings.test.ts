import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
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
  expect(store.get()).toEqual({ history, idle });
  const again = new SettingsStore(db, workspaceId('w'));
  await again.run();
  expect(again.get()).toEqual({ history, idle });
  await db.destroy();
});
