import type { Kysely } from 'kysely';
import type { WorkspaceId } from '#lib/core/ids.ts';
import { defaultSettings, type Settings, settingsSchema } from '#lib/core/settings.ts';
import type { Database } from '#server/db/schema.ts';

/**
 * The settings of a workspace: one row per section. Written by their route alone, read by the services that they are
 * for. A section that cannot be read counts as never set.
 */
export class SettingsStore {
  readonly #db: Kysely<Database>;
  readonly #workspaceId: WorkspaceId;
  readonly #listeners = new Set<(settings: Settings) => void>();
  #settings: Settings = defaultSettings;

  constructor(db: Kysely<Database>, workspaceId: WorkspaceId) {
    this.#db = db;
    this.#workspaceId = workspaceId;
  }

  /** Reads what was set before; to be called once, before anything else. */
  async run(): Promise<void> {
    const rows = await this.#db
      .selectFrom('settings')
      .select(['name', 'value'])
      .where('workspace_id', '=', this.#workspaceId)
      .execute();
    const stored = new Map(rows.map(({ name, value }) => [name, value]));
    this.#settings = {
      history: read('history', stored.get('history')),
      idle: read('idle', stored.get('idle')),
      agent: read('agent', stored.get('agent')),
    };
  }

  get(): Settings {
    return this.#settings;
  }

  /** Replaces the named sections: all of them, or none where one cannot be written. */
  async change(sections: Partial<Settings>): Promise<Settings> {
    await this.#db.transaction().execute(async (transaction) => {
      for (const [name, value] of Object.entries(sections)) {
        const row = { workspace_id: this.#workspaceId, name, value: JSON.stringify(value) };
        await transaction
          .insertInto('settings')
          .values(row)
          .onConflict((conflict) => conflict.columns(['workspace_id', 'name']).doUpdateSet({ value: row.value }))
          .execute();
      }
    });
    // Of the present ones: another section may have changed while this one was written.
    const next = { ...this.#settings, ...sections };
    this.#settings = next;
    for (const listener of this.#listeners) listener(next);
    return next;
  }

  onChanged(listener: (settings: Settings) => void): void {
    this.#listeners.add(listener);
  }
}

function read<Name extends keyof Settings>(name: Name, value: string | undefined): Settings[Name] {
  if (value === undefined) return defaultSettings[name];
  try {
    const parsed = settingsSchema.shape[name].safeParse(JSON.parse(value));
    return parsed.success ? (parsed.data as Settings[Name]) : defaultSettings[name];
  } catch {
    return defaultSettings[name];
  }
}
