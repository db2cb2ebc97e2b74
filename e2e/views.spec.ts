import type { Page } from '@playwright/test';
import { cell, expect, openNotebook, test } from './farfield.ts';
import { writeNotebookFile } from './notebook-fixture.ts';

const tabs = (page: Page, name: RegExp | string = /^Open files/) =>
  page.getByRole('navigation', { name }).getByRole('link');
const pane = (page: Page, place: 'first' | 'second') => page.locator(`[data-document][data-place="${place}"]`);

test('two panes: keys go to the focused one, and a reload brings both back', async ({ page, server }) => {
  writeNotebookFile(server.place.workspace, 'left.ipynb', ['l = 1']);
  writeNotebookFile(server.place.workspace, 'right.ipynb', ['r = 1']);
  await openNotebook(page, server, 'left.ipynb');
  await page.getByRole('treeitem', { name: 'right.ipynb' }).click({ modifiers: ['Alt'] });
  await expect(page).toHaveURL(/\/n\/right\.ipynb$/);
  const [left, right] = [pane(page, 'first'), pane(page, 'second')];
  await expect(right.locator('[data-doc-state="ready"]')).toBeVisible();
  await expect(left.locator('main')).toHaveAttribute('data-cell-count', '1');
  await right.locator('[data-cell-id]').first().click();
  await page.keyboard.press('Escape');
  await page.keyboard.press('b');
  await expect(right.locator('main')).toHaveAttribute('data-cell-count', '2');
  await expect(left.locator('main')).toHaveAttribute('data-cell-count', '1');
  // A mark in the page shows that nothing is mounted anew when the focus changes.
  await left.locator('main').evaluate((element) => element.setAttribute('data-mark', ''));
  await page.keyboard.press('F6');
  await expect(page).toHaveURL(/\/n\/left\.ipynb$/);
  await expect(left.locator('[data-cell-id]').first()).toBeFocused();
  await page.keyboard.press('b');
  await page.keyboard.press('b');
  await expect(left.locator('main')).toHaveAttribute('data-cell-count', '3');
  await expect(right.locator('main')).toHaveAttribute('data-cell-count', '2');
  await expect(left.locator('main[data-mark]')).toBeVisible();
  const separator = page.getByRole('separator', { name: /first pane/ });
  await separator.focus();
  await page.keyboard.press('ArrowRight');
  await expect(separator).toHaveAttribute('aria-valuenow', '52');
  await page.reload();
  await expect(separator).toHaveAttribute('aria-valuenow', '52');
  await expect(left.locator('main')).toHaveAttribute('data-cell-count', '3');
  await expect(right.locator('main')).toHaveAttribute('data-cell-count', '2');
});

test('tabs: the address follows, back goes back, middle click closes, a closed one comes again', async ({
  page,
  server,
}) => {
  for (const name of ['t1', 't2', 't3']) writeNotebookFile(server.place.workspace, `${name}.ipynb`, [`${name} = 1`]);
  await openNotebook(page, server, 't1.ipynb');
  await page.getByRole('treeitem', { name: 't2.ipynb' }).click();
  await expect(page).toHaveURL(/t2\.ipynb$/);
  await expect(page).toHaveTitle(/^t2\.ipynb/);
  await expect(cell(page, 0)).toContainText('t2 = 1');
  await page.getByRole('treeitem', { name: 't3.ipynb' }).click();
  await expect(cell(page, 0)).toContainText('t3 = 1');
  await expect(tabs(page)).toHaveText(['t1.ipynb', 't2.ipynb', 't3.ipynb']);
  await page.goBack();
  await expect(page).toHaveURL(/t2\.ipynb$/);
  await expect(cell(page, 0)).toContainText('t2 = 1');
  await page.keyboard.press('Alt+Shift+PageUp');
  await expect(tabs(page)).toHaveText(['t2.ipynb', 't1.ipynb', 't3.ipynb']);
  await tabs(page).nth(1).click({ button: 'middle' });
  await expect(tabs(page)).toHaveText(['t2.ipynb', 't3.ipynb']);
  await page.keyboard.press('Alt+Shift+T');
  await expect(tabs(page)).toHaveText(['t2.ipynb', 't3.ipynb', 't1.ipynb']);
  await expect(cell(page, 0)).toContainText('t1 = 1');
  await tabs(page)
    .nth(2)
    .dragTo(tabs(page).nth(0), { targetPosition: { x: 4, y: 10 } });
  await expect(tabs(page)).toHaveText(['t1.ipynb', 't2.ipynb', 't3.ipynb']);
  await tabs(page).nth(0).hover();
  await page.mouse.down();
  await page.mouse.move(900, 300, { steps: 5 });
  // The place to drop it appears with the drag.
  await page.mouse.move(1200, 400, { steps: 20 });
  await page.mouse.up();
  await expect(tabs(page, /other pane/)).toHaveText(['t2.ipynb', 't3.ipynb']);
  await expect(tabs(page, /this pane/)).toHaveText(['t1.ipynb']);
  await page.reload();
  await expect(tabs(page, /other pane/)).toHaveText(['t2.ipynb', 't3.ipynb']);
  await tabs(page, /this pane/).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Close all' }).click();
  await expect(tabs(page)).toHaveText(['t2.ipynb', 't3.ipynb']);
});
