import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { cell, expect, openNotebook, runAction, signIn, test, waitForRuns } from './farfield.ts';
import { writeNotebookFile } from './notebook-fixture.ts';
import { takePicture } from './picture.ts';

const outputs = (page: Page, index: number) => cell(page, index).locator('[data-cell-outputs]');
const state = (page: Page, index: number, value: string) =>
  expect(cell(page, index)).toHaveAttribute('data-run-state', value, { timeout: 60_000 });

test('input() is answered by whoever has the notebook open, also after a reload; a password stays unseen', async ({
  page,
  server,
  browser,
}) => {
  const file = writeNotebookFile(server.place.workspace, 'ask.ipynb', [
    "name = input('Who is there? ')\nprint('hello', name)",
    "import getpass\nkey = getpass.getpass('Key: ')\nprint(len(key))",
    "print(input('Last? '))",
  ]);
  await openNotebook(page, server, 'ask.ipynb');
  await expect(cell(page, 0)).toBeFocused();
  await page.keyboard.press('Shift+Enter');
  const question = page.getByLabel('Who is there?');
  await expect(question).toBeFocused({ timeout: 60_000 });
  await expect(page).toHaveTitle(/Waiting for your input/);
  await expect(cell(page, 0)).toHaveAccessibleName(/waits for your input/);
  // What is run meanwhile waits.
  await runAction(page, 'Run the selected cells and go to the next');
  await state(page, 1, 'queued');

  const context = await signIn(browser, server);
  const other = await context.newPage();
  await openNotebook(other, server, 'ask.ipynb');
  await expect(cell(other, 0)).toBeFocused();
  await expect(other.getByLabel('Who is there?')).not.toBeFocused();
  await other.keyboard.press('g');
  await other.keyboard.press('i');
  await expect(other.getByLabel('Who is there?')).toBeFocused();
  await takePicture(other, 'input-elsewhere');
  await other.keyboard.press('Escape');
  await other.keyboard.type('Ada');
  await other.keyboard.press('Enter');
  await expect(outputs(page, 0)).toContainText('Who is there? Ada');
  await expect(outputs(page, 0)).toContainText('hello Ada');

  const key = page.getByLabel('Key:');
  await expect(key).toHaveAttribute('type', 'password');
  await page.reload();
  await expect(page.getByLabel('Key:')).toBeVisible({ timeout: 30_000 });
  await page.getByRole('button', { name: 'waiting for your input' }).click();
  await page.keyboard.type('sesame-4711');
  await page.keyboard.press('Enter');
  await expect(outputs(other, 1)).toContainText('Key: ········');
  await expect(outputs(other, 1)).toContainText('11');
  await waitForRuns(page);
  await expect(page).not.toHaveTitle(/Waiting/);

  // An interrupt takes the question back, everywhere.
  await cell(page, 2).locator('[data-cell-editor]').click();
  await page.keyboard.press('Control+Enter');
  await expect(other.getByLabel('Last?')).toBeVisible();
  await runAction(other, 'Interrupt the kernel');
  await state(page, 2, 'error');
  await expect(other.getByLabel('Last?')).toHaveCount(0);
  // Where its field has the focus it stays until that is left.
  await expect(page.getByText('Answered elsewhere, or withdrawn.')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByLabel('Last?')).toHaveCount(0);
  await context.close();
  await expect(page.locator('main[data-notebook]')).toHaveAttribute('data-save-state', 'saved', { timeout: 20_000 });
  const text = readFileSync(file, 'utf8');
  expect(text).toContain('Who is there? Ada');
  expect(text).not.toContain('sesame');
});

test('what is typed for a question that somebody else answered is no command', async ({ page, server, browser }) => {
  writeNotebookFile(server.place.workspace, 'late.ipynb', ["print(input('First? '), input('Then? '))", "'kept'"]);
  await openNotebook(page, server, 'late.ipynb');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByLabel('First?')).toBeFocused({ timeout: 60_000 });
  const context = await signIn(browser, server);
  const other = await context.newPage();
  await openNotebook(other, server, 'late.ipynb');
  const late = other.getByLabel('First?');
  await late.click();
  await other.keyboard.type('my a');
  await page.keyboard.type('Ada');
  await page.keyboard.press('Enter');
  // Whoever answered goes on with the next question.
  await expect(page.getByLabel('Then?')).toBeFocused();
  const words = other.getByText('Answered elsewhere, or withdrawn.');
  await expect(words).toBeVisible();
  await expect(late).toBeFocused();
  await other.keyboard.type('dd x dd');
  await other.keyboard.press('Enter');
  await expect(late).toHaveValue('my a');
  await expect(other.locator('[data-cell-id]')).toHaveCount(2);
  await other.keyboard.press('Escape');
  await expect(words).toHaveCount(0);
  await expect(cell(other, 0)).toBeFocused();
  await expect(other.getByLabel('Then?')).toBeVisible();
  await page.keyboard.type('Bob');
  await page.keyboard.press('Enter');
  await expect(outputs(other, 0)).toContainText('Ada Bob');
  await context.close();
});

test('a kernel that is killed leaves a report; one click replays what had run', async ({ page, server }) => {
  writeNotebookFile(server.place.workspace, 'death.ipynb', [
    'x = 20',
    "x += 1\nprint('x is', x)",
    "import os\nprint('so far', flush=True)\nos.kill(os.getpid(), 9)",
    "print('never')",
  ]);
  await openNotebook(page, server, 'death.ipynb');
  await runAction(page, 'Run all cells');
  const report = page.locator('[data-death-report]');
  await expect(report).toContainText('killed by signal 9 (SIGKILL)', { timeout: 90_000 });
  await expect(report).toContainText('while cell 3 ran');
  await expect(report).toContainText('1 waiting cell was cancelled');
  await expect(cell(page, 2)).toContainText('so far');
  await expect(cell(page, 2)).toContainText('the kernel died');
  await state(page, 3, 'cancelled');
  await takePicture(page, 'death');
  await page.reload();
  await expect(report).toContainText('killed by signal 9', { timeout: 30_000 });
  await report.getByRole('button', { name: 'cell 3' }).click();
  await expect(cell(page, 2)).toHaveAttribute('aria-current', 'true');
  await report.getByRole('button', { name: 'Replay the 2 cells that had run' }).click();
  await expect(report).toBeHidden({ timeout: 30_000 });
  await waitForRuns(page);
  await state(page, 1, 'ok');
  await expect(outputs(page, 1)).toHaveText(/x is 21/);
  await state(page, 3, 'cancelled');
});

test('the restart family: up to the selected cell, clearing outputs, shutting down', async ({ page, server }) => {
  writeNotebookFile(server.place.workspace, 'restart.ipynb', [
    "n = globals().get('n', 0) + 1\nprint('n', n)",
    'print(n + 10)',
    'print("last")',
  ]);
  const main = page.locator('main[data-notebook]');
  await openNotebook(page, server, 'restart.ipynb');
  await runAction(page, 'Run all cells');
  await state(page, 2, 'ok');
  await cell(page, 1).locator('[data-cell-editor]').click();
  await page.keyboard.press('Escape');
  await runAction(page, 'Restart the kernel and run up to the selected cell');
  const question = page.getByRole('dialog', { name: 'Restart the kernel and run up to the selected cell?' });
  await expect(question).toContainText('The variables of the kernel are lost.');
  await question.getByRole('button', { name: 'Restart' }).click();
  await expect(question).toHaveCount(0);
  await expect(main).toHaveAttribute('data-kernel-state', 'idle', { timeout: 30_000 });
  await waitForRuns(page);
  await expect(outputs(page, 0)).toHaveText(/n 1/);
  await expect(cell(page, 0)).toHaveAttribute('data-execution-count', '1');
  await expect(cell(page, 1)).toHaveAttribute('data-execution-count', '2');
  await expect(cell(page, 2)).toHaveAttribute('data-execution-count', '3');
  await runAction(page, 'Restart the kernel and clear all outputs');
  await page.getByRole('dialog').getByRole('button', { name: 'Restart' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(outputs(page, 0)).toBeEmpty();
  await expect(main).toHaveAttribute('data-kernel-state', 'idle', { timeout: 30_000 });
  // Nothing has run in this one: nothing is asked.
  await runAction(page, 'Shut the kernel down');
  await expect(main).toHaveAttribute('data-kernel-state', 'none', { timeout: 30_000 });
});

test('a policy for idle kernels counts down beside the kernel, and Keep begins anew', async ({ page, server }) => {
  writeNotebookFile(server.place.workspace, 'idle.ipynb', ['1']);
  await openNotebook(page, server, 'idle.ipynb');
  await runAction(page, 'Run all cells');
  await state(page, 0, 'ok');
  const chip = page.locator('[data-kernel-chip]');
  const place = page.locator('[data-place="local"]');
  const dialog = page.getByRole('dialog', { name: 'Settings of the workspace' });
  const policy = dialog.getByLabel('On this machine');
  await chip.click();
  await expect(place).toContainText('Kernels nobody uses are kept');
  await place.getByRole('button', { name: 'Change when idle kernels of this machine are shut down' }).click();
  // At its section, and saved with it.
  await expect(policy).toBeFocused();
  await policy.selectOption({ label: 'after 5 min' });
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  await chip.click();
  await expect(place).toContainText('Kernels nobody uses are shut down after 5 min');
  await page.keyboard.press('Escape');
  const countdown = page.locator('header [data-idle-countdown]');
  await expect(countdown).toContainText(/ends in [45]:\d\d/, { timeout: 30_000 });
  await countdown.getByRole('button', { name: 'Keep' }).click();
  await expect(countdown).toBeHidden();
  await runAction(page, 'Settings: idle kernels');
  await expect(policy).toHaveValue('5');
  await policy.selectOption({ label: 'never' });
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  await page.reload();
  await chip.click();
  await expect(place).toContainText('Kernels nobody uses are kept');
});

test('the start of a kernel says what it waits for and can be called off', async ({ page, server }) => {
  writeNotebookFile(server.place.workspace, 'start.ipynb', ['1 + 1']);
  const main = page.locator('main[data-notebook]');
  await openNotebook(page, server, 'start.ipynb');
  // The gateway's answer is held back by stopping its process for a moment.
  const { pid } = JSON.parse(readFileSync(`${server.place.home}/gateway/local.json`, 'utf8')) as { pid: number };
  await page.route('**/api/v1/sessions', async (route) => {
    if (route.request().method() === 'POST') process.kill(pid, 'SIGSTOP');
    await route.continue();
  });
  try {
    await page.keyboard.press('Shift+Enter');
    const launch = page.locator('[data-launch]');
    await expect(launch).toBeVisible({ timeout: 30_000 });
    await launch.locator('summary').click();
    await expect(launch).toContainText('on this machine');
    await launch.getByRole('button', { name: 'Call it off' }).click();
    await expect(launch).toBeHidden();
    await expect(main).toHaveAttribute('data-kernel-state', 'none');
  } finally {
    process.kill(pid, 'SIGCONT');
    await page.unroute('**/api/v1/sessions');
  }
  await cell(page, 0).locator('[data-cell-editor]').click();
  await page.keyboard.press('Control+Enter');
  await state(page, 0, 'ok');
});
