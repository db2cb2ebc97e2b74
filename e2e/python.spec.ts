import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cell, expect, Farfield, newPlace, openNotebook, runAction, signIn, test } from './farfield.ts';
import { writeNotebookFile } from './notebook-fixture.ts';

test('without Python the server starts, editing works, and the picker says what mends it', async ({ browser }) => {
  const place = newPlace();
  writeNotebookFile(place.workspace, 'plain.ipynb', ['a = 1']);
  // What set-up leaves behind on a machine whose PATH holds no Python.
  const venvs = mkdtempSync(join(tmpdir(), 'farfield-none-'));
  const root = new URL('../', import.meta.url).pathname;
  const setUp = `const { ensurePython } = await import('./server/setup/python.mjs'); await ensurePython('.', ${JSON.stringify(venvs)});`;
  execFileSync(join(root, 'node_modules/.bin/node'), ['--input-type=module', '-e', setUp], {
    cwd: root,
    env: { ...process.env, PATH: '/nowhere', HOME: venvs },
  });
  const server = await Farfield.start(place, { env: { ...process.env, FARFIELD_VENVS: venvs } });
  const context = await signIn(browser, server);
  try {
    const page = await context.newPage();
    await openNotebook(page, server, 'plain.ipynb');
    await cell(page, 0).locator('[data-cell-editor]').click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('23');
    await expect(page.locator('main[data-notebook]')).toHaveAttribute('data-save-state', 'saved', { timeout: 20_000 });
    await page.keyboard.press('Escape');
    await runAction(page, 'Choose where this notebook runs');
    const picker = page.getByRole('dialog', { name: /where/i });
    await expect(picker).toContainText(/No Python 3\.10 or newer was found/);
    await expect(picker).toContainText(/(apt|brew|dnf|pacman|zypper|apk|uv) .*python|python\.org/i);
  } finally {
    await context.close();
    await server.stop();
  }
});

test('%pip works on the environment of the notebooks, which is not that of the gateway', async ({ page, server }) => {
  writeNotebookFile(server.place.workspace, 'pip.ipynb', [
    '%pip --version',
    'import importlib.util\nprint(importlib.util.find_spec("jupyter_server"))',
  ]);
  await openNotebook(page, server, 'pip.ipynb');
  await runAction(page, 'Run all cells');
  await expect(cell(page, 0).locator('[data-stream="stdout"]').first()).toContainText(/pip \d+.*python/, {
    timeout: 60_000,
  });
  await expect(cell(page, 1).locator('[data-stream="stdout"]')).toHaveText('None', { timeout: 60_000 });
});
