import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { cell, expect, openNotebook, runAction, test, waitForRuns } from './farfield.ts';
import { press } from './cells.ts';
import { joined, readNotebookFile, writeNotebookFile } from './notebook-fixture.ts';

const editor = (page: Page, index: number) => cell(page, index).locator('[data-cell-editor]');
const active = (page: Page) => page.locator('[data-cell-id][aria-current]');
const cells = (page: Page) =>
  page
    .locator('[data-cell-id]')
    .evaluateAll((all) =>
      all.map(
        (one) =>
          `${(one as HTMLElement).dataset['cellType']}: ${one.querySelector('[data-cell-editor]')?.firstChild?.textContent}`,
      ),
    );

/** Opens a notebook whose first cell is active, in command mode. */
async function openCells(page: Page, server: Parameters<typeof openNotebook>[1], path: string, sources: string[]) {
  writeNotebookFile(server.place.workspace, path, sources);
  await openNotebook(page, server, path);
  await expect(active(page)).toHaveAttribute('data-cell-index', '0');
}

test('an opened notebook takes keys at once', async ({ page, server }) => {
  await openCells(page, server, 'at-once.ipynb', ['a = 1', 'b = 2']);
  await expect(cell(page, 0)).toBeFocused();
  await page.keyboard.press('j');
  await expect(active(page)).toHaveAttribute('data-cell-index', '1');
  await page.keyboard.press('k');
  await page.keyboard.press('ArrowDown');
  await expect(cell(page, 1)).toBeFocused();
});

test('a key pressed while a dialog, a menu or a toast is on its way out is the page’s', async ({ page, server }) => {
  await openCells(page, server, 'closing.ipynb', ['a = 1']);
  // So slow a way out that each key comes before its end.
  await page.evaluate(() => {
    const slow = new CSSStyleSheet();
    slow.replaceSync(
      ':root { --motion: 30s linear } [role="menu"] { transition: opacity 30s } [role="menu"][data-ending-style] { opacity: 0 }',
    );
    document.adoptedStyleSheets = [slow];
  });
  const closing = (role: string) => page.locator(`[role="${role}"][data-ending-style]`);
  const palette = page.getByRole('combobox', { name: 'Command' });
  await page.keyboard.press('h');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' }).getByRole('searchbox')).toBeFocused();
  await press(page, 'Escape', 'b', 'Control+Shift+P');
  await expect(palette).toBeFocused();
  await expect(closing('dialog')).toHaveCount(1);
  await expect(page.locator('[data-cell-id]')).toHaveCount(2);

  await page.keyboard.type('anything');
  await press(page, 'Escape', 'Control+Shift+P');
  await expect(palette).toBeFocused();
  await expect(palette).toHaveValue('');
  await press(page, 'Escape');

  await page.evaluate(() => {
    document.documentElement.style.setProperty('--motion', '0s');
    for (const animation of document.getAnimations()) animation.finish();
  });
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.getByRole('button', { name: 'More for this notebook' }).click();
  await expect(page.getByRole('menu')).toBeVisible();
  await press(page, 'Escape', 'Control+Shift+P');
  await expect(palette).toBeFocused();
  await expect(closing('menu')).toHaveCount(1);

  await page.keyboard.type('Settings: run history');
  await press(page, 'Enter');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  const toast = page.getByRole('dialog').filter({ hasText: 'The settings are saved.' });
  await expect(toast).toBeVisible();
  await page.evaluate(() => document.documentElement.style.setProperty('--motion', '30s linear'));
  // Its buttons are there for the pointer that is on it.
  await toast.hover();
  await toast.getByRole('button', { name: 'Dismiss' }).click();
  await page.keyboard.press('Control+Shift+P');
  await expect(palette).toBeFocused();
  await expect(closing('dialog')).toHaveCount(1);
});

test('A, B, D D, Z, Shift-Z, Y, M, R and moving', async ({ page, server }) => {
  await openCells(page, server, 'keys.ipynb', ['a = 1', 'b = 2', 'c = 3']);
  const steps: readonly (readonly [keys: readonly string[], cells: readonly string[], active: string])[] = [
    [['j', 'a'], ['code: a = 1', 'code: ', 'code: b = 2', 'code: c = 3'], '1'],
    [['z'], ['code: a = 1', 'code: b = 2', 'code: c = 3'], '1'],
    [['Shift+Z'], ['code: a = 1', 'code: ', 'code: b = 2', 'code: c = 3'], '1'],
    [['d', 'd'], ['code: a = 1', 'code: b = 2', 'code: c = 3'], '1'],
    [['m'], ['code: a = 1', 'markdown: b = 2', 'code: c = 3'], '1'],
    [['r'], ['code: a = 1', 'raw: b = 2', 'code: c = 3'], '1'],
    [['y'], ['code: a = 1', 'code: b = 2', 'code: c = 3'], '1'],
    [['Control+Shift+ArrowDown'], ['code: a = 1', 'code: c = 3', 'code: b = 2'], '2'],
    [['Control+Shift+ArrowUp'], ['code: a = 1', 'code: b = 2', 'code: c = 3'], '1'],
    [['b'], ['code: a = 1', 'code: b = 2', 'code: ', 'code: c = 3'], '2'],
    [['k', 'd', 'd'], ['code: a = 1', 'code: ', 'code: c = 3'], '1'],
    [['z'], ['code: a = 1', 'code: b = 2', 'code: ', 'code: c = 3'], '2'],
  ];
  for (const [keys, expected, at] of steps) {
    for (const key of keys) await page.keyboard.press(key);
    await expect.poll(() => cells(page), keys.join(' ')).toEqual(expected);
    if (keys[0] !== 'z' && keys[0] !== 'Shift+Z')
      await expect(active(page), keys.join(' ')).toHaveAttribute('data-cell-index', at);
  }
  await expect(page.locator('main[data-notebook]')).toHaveAttribute('data-save-state', 'saved');
  const saved = readNotebookFile(join(server.place.workspace, 'keys.ipynb')).cells;
  expect(saved.map((one) => joined(one.source))).toEqual(['a = 1', 'b = 2', '', 'c = 3']);
});

test('a D alone deletes nothing, nor does one that is held', async ({ page, server }) => {
  await openCells(page, server, 'held.ipynb', ['a = 1', 'b = 2', 'c = 3']);
  await page.keyboard.press('d');
  await page.keyboard.press('j');
  await page.keyboard.down('d');
  for (let repeat = 0; repeat < 6; repeat += 1) await page.keyboard.down('d');
  await page.keyboard.up('d');
  await expect(page.locator('[data-cell-id]')).toHaveCount(3);
});

test('Enter edits, Escape leaves, and typing is undone apart from cells', async ({ page, server }) => {
  await openCells(page, server, 'typing.ipynb', ['a = 1', '']);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+End');
  await page.keyboard.type(' # dd zz');
  await expect(editor(page, 0)).toContainText('a = 1 # dd zz');
  await expect(page.getByText('Ln 1, Col 14')).toBeVisible();
  await page.keyboard.press('Control+Z');
  await expect(editor(page, 0)).not.toContainText('zz');
  await page.keyboard.press('Control+Shift+Z');
  await expect(editor(page, 0)).toContainText('a = 1 # dd zz');
  await page.keyboard.press('Escape');
  await expect(cell(page, 0)).toBeFocused();
  await expect(page.getByText(/^Ln \d/)).toBeHidden();
  await expect(page.locator('[data-cell-id]')).toHaveCount(2);
});

test('Shift-Enter, Ctrl-Enter and Alt-Enter run, and go where they say', async ({ page, server }) => {
  await openCells(page, server, 'run-keys.ipynb', ['a = 1\na', 'a + 1', 'a + 2']);
  await page.keyboard.press('Shift+Enter');
  await expect(active(page)).toHaveAttribute('data-cell-index', '1');
  await page.keyboard.press('Control+Enter');
  await expect(active(page)).toHaveAttribute('data-cell-index', '1');
  await waitForRuns(page);
  await expect(cell(page, 0).locator('[data-cell-outputs]')).toContainText('1');
  await expect(cell(page, 1).locator('[data-cell-outputs]')).toContainText('2');
  await page.keyboard.press('Alt+Enter');
  await expect(page.locator('[data-cell-id]')).toHaveCount(4);
  await expect(active(page)).toHaveAttribute('data-cell-index', '2');
  await page.keyboard.type('print("typed")');
  await page.keyboard.press('Control+Enter');
  await waitForRuns(page);
  await expect(cell(page, 2).locator('[data-stream="stdout"]')).toHaveText('typed\n');
});

test('a rendered Markdown cell: its source is there, a click selects it, a double click or Enter edits it', async ({
  page,
  server,
}) => {
  writeNotebookFile(server.place.workspace, 'markdown.ipynb', [
    'a = 1',
    { type: 'markdown', source: '# Title\n\n*one*', id: 'text' },
  ]);
  await openNotebook(page, server, 'markdown.ipynb');
  await expect(editor(page, 1)).toContainText('# Title *one*');
  await expect(cell(page, 1).getByRole('heading', { name: 'Title' })).toBeVisible();
  await editor(page, 1).click();
  await expect(active(page)).toHaveAttribute('data-cell-index', '1');
  await editor(page, 1).dblclick();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(' and two');
  await page.keyboard.press('Shift+Enter');
  await expect(cell(page, 1).getByText('one and two')).toBeVisible();
});

test('still text is the very text: tabs, blanks, markup', async ({ page, server }) => {
  const source = 'def f():\n\tx = 1  # tab\n    \n\treturn "<b>&amp;"\n';
  writeNotebookFile(server.place.workspace, 'exact.ipynb', [source]);
  await openNotebook(page, server, 'exact.ipynb');
  await expect(editor(page, 0).locator('[class^="mtk"]').first()).toBeAttached();
  expect(await editor(page, 0).textContent()).toBe(source);
});

test('interrupt by I I ends a loop and holds what waits; restart asks first', async ({ page, server }) => {
  await openCells(page, server, 'loop.ipynb', ['while True: pass', 'print(2)', 'print(3)']);
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.press('Shift+Enter');
  await expect(cell(page, 0)).toHaveAttribute('data-run-state', 'running', { timeout: 60_000 });
  await expect(cell(page, 1)).toHaveAttribute('data-run-state', 'queued');
  await page.keyboard.press('i');
  await page.keyboard.press('i');
  await expect(cell(page, 0)).toHaveAttribute('data-run-state', 'error');
  await expect(cell(page, 0).locator('[data-cell-outputs]')).toContainText('KeyboardInterrupt');
  await expect(cell(page, 1)).toHaveAttribute('data-run-state', 'queued');
  await expect(cell(page, 1)).toContainText('held 1');
  await page.keyboard.press('0');
  await page.keyboard.press('0');
  const dialog = page.getByRole('dialog', { name: 'Restart the kernel?' });
  await expect(dialog.getByRole('button', { name: 'Restart' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(page.locator('main[data-notebook]')).toHaveAttribute('data-kernel-state', 'idle', { timeout: 30_000 });
  await expect(cell(page, 1)).toHaveAttribute('data-run-state', 'cancelled');
  await runAction(page, 'Clear all outputs');
  await expect(page.locator('[data-output]')).toHaveCount(0);
});
