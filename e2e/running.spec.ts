import { cell, expect, openNotebook, runAction, test, waitForRuns } from './farfield.ts';
import { writeNotebookFile } from './notebook-fixture.ts';

test('a run of over a minute: waiting and running times, the way to it, and a notice at its end', async ({
  page,
  server,
}) => {
  test.setTimeout(240_000);
  const cells = ['import time\ntime.sleep(61)', 'x = 1', ...Array.from({ length: 150 }, () => '# nothing')];
  writeNotebookFile(server.place.workspace, 'minute.ipynb', cells);
  await openNotebook(page, server, 'minute.ipynb');
  await expect(cell(page, 0)).toBeFocused();
  await page.keyboard.press('Shift+Enter');
  await expect(cell(page, 0)).toHaveAttribute('data-run-state', 'running', { timeout: 60_000 });
  await page.keyboard.press('Shift+Enter');
  await expect(cell(page, 1)).toHaveAttribute('data-run-state', 'queued');
  await expect(cell(page, 1)).toContainText('queued 1');
  await expect(cell(page, 0)).toContainText(/\d s/);
  await page.keyboard.press('End');
  await expect(cell(page, 151)).toBeInViewport();
  await page.keyboard.press('g');
  await page.keyboard.press('r');
  await expect(cell(page, 0)).toBeInViewport();
  await expect(cell(page, 0)).toBeFocused();
  await page.keyboard.press('End');
  await expect(cell(page, 0)).not.toBeInViewport();
  await expect(page.getByText(/^Cell 1 finished after 1 min 0\d s$/)).toBeVisible({ timeout: 120_000 });
  await waitForRuns(page);
  await page.keyboard.press('Home');
  await expect(cell(page, 1).locator('[title*="waited"]')).toBeVisible();
});

test('runs the section of the active cell', async ({ page, server }) => {
  writeNotebookFile(server.place.workspace, 'section.ipynb', ['a = 1', 'print(2)', 'print(3)', 'print(4)']);
  await openNotebook(page, server, 'section.ipynb');
  await expect(cell(page, 0)).toBeFocused();
  for (const at of [0, 3]) {
    await cell(page, at).locator('[data-cell-editor]').click();
    await page.keyboard.press('Control+A');
    await page.keyboard.type(`# Part ${at}`);
    await page.keyboard.press('Escape');
    await page.keyboard.press('m');
  }
  await page.keyboard.press('k');
  await runAction(page, 'Run the section');
  await expect(cell(page, 2).locator('[data-cell-outputs]')).toContainText('3', { timeout: 60_000 });
  await expect(cell(page, 1).locator('[data-cell-outputs]')).toContainText('2');
  await expect(cell(page, 3)).toHaveAttribute('data-run-state', 'idle');
});
