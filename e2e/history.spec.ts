import type { Page } from '@playwright/test';
import { cell, expect, Farfield, newPlace, openNotebook, runAction, signIn, test, watchErrors } from './farfield.ts';
import { writeNotebookFile } from './notebook-fixture.ts';
import { takePicture } from './picture.ts';
import { findSerious } from './serious-findings.ts';

const panel = (page: Page) => page.getByRole('complementary', { name: 'Run history' });
const rows = (page: Page) => panel(page).locator('[data-run-id]');
const source = (page: Page, index: number) => cell(page, index).locator('[data-cell-editor]');
const button = (page: Page, name: string) => panel(page).getByRole('button', { name, exact: true });

async function run(page: Page, index: number) {
  const before = await cell(page, index).getAttribute('data-execution-count');
  await cell(page, index).locator('[data-cell-editor]').click();
  await page.keyboard.press('Control+Enter');
  await expect(cell(page, index)).not.toHaveAttribute('data-execution-count', before ?? '', { timeout: 90_000 });
  await expect(cell(page, index)).toHaveAttribute('data-run-state', 'ok', { timeout: 90_000 });
}

test('a run of before: its code and outputs, the changes since, put back, undone, and there after a restart', async ({
  browser,
}) => {
  test.setTimeout(120_000);
  const place = newPlace();
  writeNotebookFile(place.workspace, 'a.ipynb', ['x = 1\nprint("first", x)', 'other = 2']);
  let server = await Farfield.start(place);
  const context = await signIn(browser, server);
  const page = await context.newPage();
  const errors = watchErrors(page);
  try {
    await openNotebook(page, server, 'a.ipynb');
    await runAction(page, 'Show the run history of the notebook');
    await expect(panel(page).getByText('Nothing was run yet')).toBeVisible();
    await run(page, 0);
    // The list follows by itself.
    await expect(rows(page)).toHaveCount(1);
    await source(page, 0).click();
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('End');
    await page.keyboard.type('00');
    await run(page, 0);
    await expect(rows(page)).toHaveCount(2);
    await run(page, 1);
    await expect(rows(page)).toHaveCount(3);

    // Of one cell, by its key.
    await source(page, 0).click();
    await page.keyboard.press('Escape');
    await page.keyboard.press('g');
    await page.keyboard.press('h');
    await expect(rows(page)).toHaveCount(2);
    await expect(panel(page)).toBeFocused();
    await rows(page).first().focus();
    await page.keyboard.press('ArrowDown');
    await expect(rows(page).nth(1)).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(panel(page).getByRole('region', { name: 'Code of this run' })).toContainText('x = 1');
    await expect(panel(page).locator('[data-stream="stdout"]')).toHaveText('first 1\n');
    await button(page, 'Changes since').click();
    const changes = panel(page).getByRole('region', { name: 'Changes since this run' });
    await expect(changes.locator('del')).toHaveText('− x = 1');
    await expect(changes.locator('ins')).toHaveText('+ x = 100');
    await takePicture(page, 'history');

    await button(page, 'Put it back').click();
    await expect(source(page, 0)).toContainText('x = 1');
    await expect(source(page, 0)).not.toContainText('x = 100');
    await expect(panel(page).getByText('The cell has the same code today.')).toBeVisible();
    await expect(button(page, 'Put it back')).toBeDisabled();
    await expect(cell(page, 0)).toBeFocused();
    await takePicture(page, 'history-put-back');
    await page.keyboard.press('z');
    await expect(source(page, 0)).toContainText('x = 100');

    // A cell that is gone comes back with its code.
    await cell(page, 0).press('d');
    await cell(page, 0).press('d');
    await expect(page.locator('[data-cell-id]')).toHaveCount(1);
    await expect(panel(page).getByText('A deleted cell finished')).toBeVisible();
    await button(page, 'Put it back').click();
    await expect(page.locator('[data-cell-id]')).toHaveCount(2);
    await expect(page.locator('[data-cell-id="cell-0"]')).toContainText('x = 1');
    await expect(page.locator('main[data-notebook]')).toHaveAttribute('data-save-state', 'saved', { timeout: 15_000 });

    const { port } = server;
    await server.stop();
    server = await Farfield.start(place, { port });
    await openNotebook(page, server, 'a.ipynb');
    await expect(rows(page)).toHaveCount(3);
    await rows(page).last().click();
    await expect(panel(page).locator('[data-stream="stdout"]')).toHaveText('first 1\n');
    expect(errors).toEqual([]);
  } finally {
    await context.close();
    await server.stop();
  }
});

test('filters, the settings of the history, forgetting it; on a phone it is a drawer', async ({ page, server }) => {
  test.setTimeout(120_000);
  writeNotebookFile(server.place.workspace, 'b.ipynb', ['print("fine")', '1/0']);
  await openNotebook(page, server, 'b.ipynb');
  await run(page, 0);
  await cell(page, 1).locator('[data-cell-editor]').click();
  await page.keyboard.press('Control+Enter');
  await expect(cell(page, 1)).toHaveAttribute('data-run-state', 'error');
  // A press on the time of the last run.
  await cell(page, 1)
    .getByTitle(/press for the run history/)
    .click();
  await expect(rows(page)).toHaveCount(1);
  await panel(page).getByLabel('Cells').selectOption('All cells');
  await expect(rows(page)).toHaveCount(2);
  expect(await findSerious(page)).toEqual([]);
  await panel(page).getByLabel('Outcome').selectOption('cancelled');
  await expect(panel(page).getByText('No such runs')).toBeVisible();
  await panel(page).getByLabel('Outcome').selectOption('failed');
  await expect(rows(page)).toHaveCount(1);
  await rows(page).click();
  await expect(panel(page).getByRole('group', { name: 'Error: ZeroDivisionError' })).toBeVisible();
  expect(await findSerious(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(rows(page)).toBeFocused();

  await runAction(page, 'Settings: run history');
  const dialog = page.getByRole('dialog', { name: 'Settings of the workspace' });
  await expect(dialog.getByLabel('Forget runs after so many days')).toHaveValue('90');
  await dialog.getByLabel('Forget runs after so many days').fill('0');
  await expect(dialog.getByText('A whole number of days, from 1 to 3,650.')).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Save' })).toBeDisabled();
  await dialog.getByLabel('Forget runs after so many days').fill('');
  await dialog.getByLabel('Keep at most so many megabytes').fill('50');
  expect(await findSerious(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  await page.reload();
  await runAction(page, 'Settings: run history');
  await expect(dialog.getByLabel('Forget runs after so many days')).toHaveValue('');
  await expect(dialog.getByLabel('Keep at most so many megabytes')).toHaveValue('50');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();

  await page.setViewportSize({ width: 390, height: 844 });
  await expect(panel(page)).toBeHidden();
  await runAction(page, 'Show run history');
  await expect(rows(page)).toHaveCount(2);
  await rows(page).last().click();
  await button(page, 'Changes since').click();
  expect(await findSerious(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await panel(page).getByRole('button', { name: 'More about the run history' }).click();
  await page.getByRole('menuitem', { name: 'Forget all runs of this notebook…' }).click();
  await page.getByRole('button', { name: 'Forget them' }).click();
  await expect(panel(page).getByText('Nothing was run yet')).toBeVisible();
  await panel(page).getByRole('button', { name: 'Close the panel' }).click();
  await expect(panel(page)).toBeHidden();
});

test('what comes of saving the settings is said to who closed them, and leaves alone who opened them again', async ({
  page,
  server,
}) => {
  writeNotebookFile(server.place.workspace, 'c.ipynb', ['1']);
  await openNotebook(page, server, 'c.ipynb');
  const dialog = page.getByRole('dialog', { name: 'Settings of the workspace' });
  const days = dialog.getByLabel('Forget runs after so many days');
  const save = dialog.getByRole('button', { name: /^Sav/ });
  const motion = (value: string) =>
    page.evaluate((wanted) => document.documentElement.style.setProperty('--motion', wanted), value);
  let answer = Promise.withResolvers<'full' | 'saved'>();
  await page.route('**/api/v1/settings', async (route) => {
    if (route.request().method() === 'GET') return route.continue();
    if ((await answer.promise) === 'saved') return route.continue();
    return route.fulfill({ status: 500, json: { fault: 'server.stopping', message: 'The disk is full.' } });
  });
  await runAction(page, 'Settings: run history');
  const before = await days.inputValue();
  await days.fill('31');
  await save.click();
  await expect(save).toHaveText('Saving…');
  // Opened again while it is on its way out.
  await motion('3s');
  await page.keyboard.press('Escape');
  await runAction(page, 'Settings: run history');
  await motion('');
  await expect(save).toHaveText('Save');
  await expect(days).toHaveValue(before);
  await days.fill('45');
  answer.resolve('saved');
  await expect(page.getByText('The settings are saved.', { exact: true })).toBeVisible();
  await page.waitForTimeout(300);
  await expect(days).toHaveValue('45');

  answer = Promise.withResolvers();
  await save.click();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  answer.resolve('full');
  await expect(page.getByText('The settings are not saved', { exact: true }).first()).toBeVisible();
  await expect(page.getByText('The disk is full.').first()).toBeVisible();
});
