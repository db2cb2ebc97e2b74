import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { cell, expect, Farfield, newPlace, openNotebook, runAction, signIn, test } from './farfield.ts';
import { findSerious } from './serious-findings.ts';
import { askForLink } from './sign-in-link.ts';
import { joined, notebookText, readNotebookFile, writeNotebookFile } from './notebook-fixture.ts';

type FileCells = ReturnType<typeof readNotebookFile>['cells'];

const main = (page: Page) => page.locator('main[data-notebook]');
const editor = (page: Page, index: number) => cell(page, index).locator('[data-cell-editor]');
/** Undefined while the file is none of format 4. */
const sourcesIn = (file: string) =>
  (readNotebookFile(file).cells as FileCells | undefined)?.map((one) => joined(one.source));

for (const [choice, expected] of [
  ['Keep mine', ['mine = 1', 'other = 1']],
  ['Take theirs', ['theirs = 2', 'other = 1']],
  ['Keep both', ['mine = 1', 'theirs = 2', 'other = 1']],
] as const) {
  test(`one cell changed here and on disk at once shows both; ${choice} settles it`, async ({ page, server }) => {
    const name = `conflict-${choice.replace(' ', '-')}.ipynb`;
    const file = writeNotebookFile(server.place.workspace, name, ['base = 0', 'other = 1']);
    await openNotebook(page, server, name);
    await editor(page, 0).click();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('mine = 1');
    writeFileSync(file, notebookText(['theirs = 2', 'other = 1']));
    const conflict = page.getByRole('region', { name: 'Conflict in this cell' });
    await expect(conflict).toContainText('mine = 1');
    await expect(conflict).toContainText('theirs = 2');
    if (choice === 'Keep both') expect(await findSerious(page)).toEqual([]);
    await conflict.getByRole('button', { name: choice }).click();
    await expect(conflict).toBeHidden();
    await expect.poll(() => sourcesIn(file)).toEqual(expected);
    await expect(main(page)).toHaveAttribute('data-save-state', 'saved');
  });
}

test('the server is gone: editing goes on, and nothing is lost when it is back', async ({ browser }) => {
  const place = newPlace();
  const file = writeNotebookFile(place.workspace, 'offline.ipynb', ['a = 1', 'b = 2']);
  let server = await Farfield.start(place);
  const { port } = server;
  const context = await signIn(browser, server);
  const page = await context.newPage();
  try {
    await openNotebook(page, server, 'offline.ipynb');
    // Its code is here before the server is gone: a page that lacks it says so.
    await editor(page, 0).click();
    await expect(editor(page, 0).locator('.monaco-editor')).toBeVisible();
    await server.kill();
    await expect(main(page)).toHaveAttribute('data-doc-state', 'offline');
    await page.keyboard.press('Control+End');
    await page.keyboard.type(' # offline');
    await page.keyboard.press('Escape');
    await page.keyboard.press('b');
    await page.keyboard.press('Enter');
    await page.keyboard.type('new = "cell"');
    await expect(page.getByText('The server does not answer. Trying again…')).toBeVisible();
    await expect(main(page)).toHaveAttribute('data-save-state', 'unsaved');
    expect(await findSerious(page)).toEqual([]);
    server = await Farfield.start(place, { port });
    await expect(main(page)).toHaveAttribute('data-doc-state', 'ready', { timeout: 40_000 });
    await expect.poll(() => sourcesIn(file)).toEqual(['a = 1 # offline', 'new = "cell"', 'b = 2']);
    await expect(main(page)).toHaveAttribute('data-save-state', 'saved');
  } finally {
    await context.close();
    await server.stop();
  }
});

test('a file that goes while it is open: a banner with two ways out', async ({ page, server }) => {
  const file = writeNotebookFile(server.place.workspace, 'gone-screen.ipynb', ['a = 1']);
  await openNotebook(page, server, 'gone-screen.ipynb');
  rmSync(file);
  await expect(page.getByText('The file was deleted or renamed outside of Farfield.')).toBeVisible();
  await expect(main(page)).toHaveAttribute('data-save-state', 'error');
  expect(await findSerious(page)).toEqual([]);
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await expect(main(page)).toBeHidden();
});

test('a notebook of format 3 opens upgraded, says so, and is written only after an edit', async ({ page, server }) => {
  const file = join(server.place.workspace, 'old.ipynb');
  const old = JSON.stringify({
    metadata: { name: '' },
    nbformat: 3,
    nbformat_minor: 0,
    worksheets: [{ cells: [{ cell_type: 'code', input: ['print(1)'], language: 'python', outputs: [] }] }],
  });
  writeFileSync(file, old);
  await openNotebook(page, server, 'old.ipynb');
  await expect(page.getByText('This notebook is in the old format 3.0.')).toBeVisible();
  await expect(main(page)).toHaveAttribute('data-save-state', 'saved');
  // Longer than the quiet time after which a change would be saved.
  await page.waitForTimeout(3_000);
  expect(readFileSync(file, 'utf8')).toBe(old);
  await editor(page, 0).click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(' # now');
  await expect.poll(() => sourcesIn(file)).toEqual(['print(1) # now']);
});

test('a path without a file says so', async ({ page, server }) => {
  await page.goto(`${server.origin}/n/nowhere.ipynb`);
  await expect(page.getByText('“nowhere.ipynb” does not exist.')).toBeVisible();
  await expect(page.locator('[data-save-words]')).toHaveText('not opened');
  expect(await findSerious(page)).toEqual([]);
});

test('start page, palette, picker and gateway dialog: axe finds nothing serious in either theme', async ({
  page,
  server,
}) => {
  await page.goto(server.origin);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  expect(await findSerious(page), 'start page').toEqual([]);
  await page.keyboard.press('Control+Shift+P');
  await expect(page.getByRole('combobox', { name: 'Command' })).toBeFocused();
  expect(await findSerious(page), 'palette').toEqual([]);
  await page.keyboard.press('Escape');
  writeNotebookFile(server.place.workspace, 'dialogs.ipynb', ['a = 1']);
  await openNotebook(page, server, 'dialogs.ipynb');
  await page.getByRole('button', { name: 'Choose a kernel' }).click();
  await expect(page.getByRole('option').first()).toBeVisible({ timeout: 60_000 });
  expect(await findSerious(page), 'picker').toEqual([]);
  await page.getByRole('button', { name: 'Add gateway…' }).click();
  await expect(page.getByRole('dialog', { name: 'Add a gateway' })).toBeVisible();
  expect(await findSerious(page), 'gateway dialog').toEqual([]);
});

test('sign-in page without a code and with a used one', async ({ browser, server }) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(server.origin);
  await expect(page).toHaveURL(`${server.origin}/login`);
  await expect(page.getByText('npm run login')).toBeVisible();
  expect(await findSerious(page)).toEqual([]);
  await page.goto(`${server.origin}/login#code=${'A'.repeat(22)}`);
  await expect(page.getByText('This sign-in code was already used, has expired or is wrong.')).toBeVisible();
  expect(await findSerious(page)).toEqual([]);
  // A fresh link in the same tab changes the fragment alone.
  await page.goto(await askForLink(server.place.home));
  await page.waitForURL(`${server.origin}/`);
  await context.close();
});

test('a trace of a program is readable in both themes', async ({ page, server }) => {
  writeNotebookFile(server.place.workspace, 'trace.ipynb', ['def f(x):\n    return 1 / x\nf(0)']);
  await openNotebook(page, server, 'trace.ipynb');
  await runAction(page, 'Run all cells');
  await expect(cell(page, 0)).toHaveAttribute('data-run-state', 'error', { timeout: 60_000 });
  expect(await findSerious(page)).toEqual([]);
});

test('a kernel that ended with its gateway: a run says so, Restart gives a new one', async ({ browser }) => {
  const place = newPlace();
  writeNotebookFile(place.workspace, 'next-day.ipynb', ['print("again")']);
  let server = await Farfield.start(place);
  const { port } = server;
  const context = await signIn(browser, server);
  const page = await context.newPage();
  try {
    await openNotebook(page, server, 'next-day.ipynb');
    await runAction(page, 'Run all cells');
    await expect(cell(page, 0)).toHaveAttribute('data-run-state', 'ok', { timeout: 60_000 });
    await server.stop();
    server = await Farfield.start(place, { port });
    await openNotebook(page, server, 'next-day.ipynb');
    await expect(main(page)).toHaveAttribute('data-kernel-state', 'dead', { timeout: 30_000 });
    await runAction(page, 'Run all cells');
    await expect(page.getByText('The kernel is dead, so nothing was run.').first()).toBeVisible();
    await runAction(page, 'Restart the kernel and run all cells');
    await expect(main(page)).toHaveAttribute('data-kernel-state', 'idle', { timeout: 30_000 });
    await expect(cell(page, 0).locator('[data-stream="stdout"]')).toHaveText('again\n');
    await expect(cell(page, 0)).toHaveAttribute('data-execution-count', '1');
  } finally {
    await context.close();
    await server.stop();
  }
});
