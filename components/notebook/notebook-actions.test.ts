import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findNotebookAction, type NotebookActionId } from './notebook-actions.ts';

test('each row of each table is an action: no two tables have one under the same id', async () => {
  const folder = new URL('./actions/', import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && name !== 'row.ts');
  let rows = 0;
  for (const file of files) {
    const tables = (await import(new URL(file, folder).href)) as Readonly<Record<string, object>>;
    for (const [name, table] of Object.entries(tables)) {
      if (!name.endsWith('Rows')) continue;
      for (const [id, row] of Object.entries(table)) {
        expect(findNotebookAction(id as NotebookActionId), `${id} of ${file}`).toBe(row);
        rows += 1;
      }
    }
  }
  expect(rows).toBeGreaterThan(50);
});
