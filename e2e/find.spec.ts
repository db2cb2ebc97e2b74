import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { cell, expect, openNotebook, test } from './farfield.ts';
import { joined, readNotebookFile, writeNotebookFile } from './notebook-fixture.ts';

const bar = (page: Page) => page.getByRole('search', { name: 'Find in the notebook' });
const count = (page: Page) => bar(page).getByRole('status');
const active = (page: Page) => page.locator('[data-cell-id][aria-current]');
const sources = (server: { place: { workspace: string } }, path: string) =>
  readNotebookFile(join(server.place.workspace, path)).cells.map((one) => joined(one.source));

test('Accel-F finds in all cells, seen or not, and Escape comes back to the cell', async ({ page, server }) => {
  const cells = Array.from({ length: 400 }, (_, at) => (at % 100 === 50 ? `needle = ${at}` : `x = ${at}`));
  writeNotebookFile(server.place.workspace, 'find.ipynb', cells);
  await openNotebook(page, server, 'find.ipynb');
  await page.keyboard.press('Control+F');
  await expect(bar(page).getByRole('textbox', { name: 'Find' })).toBeFocused();
  await page.keyboard.type('NEEDLE');
  await expect(count(page)).toHaveText('1 of 4');
  await expect(cell(page, 50)).toBeInViewport();
  await page.keyboard.press('Enter');
  await expect(count(page)).toHaveText('2 of 4');
  await expect(cell(page, 150)).toBeInViewport();
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.press('Shift+Enter');
  await expect(count(page)).toHaveText('4 of 4');
  await expect(cell(page, 350)).toBeInViewport();
  const marked = () => page.evaluate(() => [...(CSS.highlights.get('farfield-match-current') ?? [])].map(String));
  await expect.poll(marked).toEqual(['needle']);
  await page.keyboard.press('F3');
  await expect(count(page)).toHaveText('1 of 4');
  await page.keyboard.press('Escape');
  await expect(bar(page)).toBeHidden();
  await expect(cell(page, 50)).toBeFocused();
  expect(await page.evaluate(() => CSS.highlights.get('farfield-match')?.size ?? 0)).toBe(0);
});

test('case, whole words, expressions and what is wrong with one', async ({ page, server }) => {
  writeNotebookFile(server.place.workspace, 'how.ipynb', ['df = 1\nDf = 2', 'df_1 = df + 1', 'other']);
  await openNotebook(page, server, 'how.ipynb');
  await page.keyboard.press('Control+F');
  await page.keyboard.type('df');
  await expect(count(page)).toHaveText('1 of 4');
  await bar(page).getByRole('button', { name: 'Match case' }).click();
  await expect(count(page)).toHaveText(/ of 3$/);
  await bar(page).getByRole('button', { name: 'Whole words' }).click();
  await expect(count(page)).toHaveText(/ of 2$/);
  await bar(page).getByRole('button', { name: 'Whole words' }).click();
  await bar(page).getByRole('button', { name: 'Regular expression' }).click();
  await bar(page)
    .getByRole('textbox', { name: 'Find' })
    .fill(String.raw`d(f)_\d`);
  await expect(count(page)).toHaveText(/ of 1$/);
  await bar(page).getByRole('textbox', { name: 'Find' }).fill('(');
  await expect(count(page)).toContainText('This is no regular expression');
  await bar(page).getByRole('textbox', { name: 'Find' }).fill('nowhere');
  await expect(count(page)).toHaveText('No results');
});

test('an expression that would take for ever is given up; the page goes on', async ({ page, server }) => {
  const cells = [`${'a'.repeat(40)}!`, { type: 'markdown' as const, source: `Prose ${'a'.repeat(40)}!` }, 'b = 1'];
  writeNotebookFile(server.place.workspace, 'slow.ipynb', cells);
  await openNotebook(page, server, 'slow.ipynb');
  await page.keyboard.press('Control+F');
  // What was found of the query before is marked while the next one is looked for.
  await bar(page).getByRole('textbox', { name: 'Find' }).fill('aaaa');
  await expect(count(page)).toHaveText(/ of 20$/);
  await bar(page).getByRole('button', { name: 'Regular expression' }).click();
  await expect(count(page)).toHaveText(/ of 20$/);
  await bar(page).getByRole('textbox', { name: 'Find' }).fill('(a+)+$');
  await expect(count(page)).toContainText('took longer', { timeout: 20_000 });
  await bar(page).getByRole('textbox', { name: 'Find' }).fill('b');
  await expect(count(page)).toHaveText(/ of 1$/);
});

test('replaces one, then all as one step that Z takes back, byte-faithful elsewhere', async ({ page, server }) => {
  const before = ['alpha = 1', 'beta = alpha + alpha', '# no'];
  writeNotebookFile(server.place.workspace, 'replace.ipynb', before);
  await openNotebook(page, server, 'replace.ipynb');
  await page.keyboard.press('Control+H');
  await page.keyboard.type('alpha');
  await expect(count(page)).toHaveText('1 of 3');
  const by = bar(page).getByRole('textbox', { name: 'Replace with' });
  await by.fill('gamma');
  await by.press('Enter');
  await expect(count(page)).toHaveText('1 of 2');
  await expect(cell(page, 0)).toContainText('gamma = 1');
  await by.press('Control+Enter');
  await expect(count(page)).toHaveText('No results');
  await expect.poll(() => sources(server, 'replace.ipynb')).toEqual(['gamma = 1', 'beta = gamma + gamma', '# no']);
  await by.press('Escape');
  await page.keyboard.press('z');
  await expect(cell(page, 1)).toContainText('beta = alpha + alpha');
  await expect(cell(page, 0)).toContainText('gamma = 1');
  await page.keyboard.press('z');
  await expect.poll(() => sources(server, 'replace.ipynb')).toEqual(before);
});

test('searches the selected cells only, and what is typed meanwhile', async ({ page, server }) => {
  writeNotebookFile(server.place.workspace, 'within.ipynb', ['x = 1', 'x = 2', 'y = 3']);
  await openNotebook(page, server, 'within.ipynb');
  await page.keyboard.press('Control+F');
  await page.keyboard.type('x');
  await expect(count(page)).toHaveText('1 of 2');
  await bar(page).getByRole('button', { name: 'In the selected cells only' }).click();
  await expect(count(page)).toHaveText('1 of 1 in one cell');
  await bar(page).getByRole('button', { name: 'In the selected cells only' }).click();
  await cell(page, 2).locator('[data-cell-editor]').click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(' + x');
  await expect(count(page)).toHaveText(/3$/);
  await expect(cell(page, 2).locator('.match, .match-current')).toHaveText(['x']);
});

test('the outline lists headings, follows the active cell, goes there and runs a section', async ({ page, server }) => {
  const cells = [
    { cell_type: 'markdown', id: 'h1', metadata: {}, source: '# One\n\ntext' },
    { cell_type: 'code', id: 'a', metadata: {}, source: 'print("one")', outputs: [], execution_count: null },
    { cell_type: 'markdown', id: 'h2', metadata: {}, source: '## Inside *it*' },
    { cell_type: 'code', id: 'b', metadata: {}, source: 'print("two")', outputs: [], execution_count: null },
    ...Array.from({ length: 100 }, (_, at) => ({ cell_type: 'markdown', id: `m${at}`, metadata: {}, source: 'prose' })),
    { cell_type: 'markdown', id: 'h3', metadata: {}, source: '# Far' },
    { cell_type: 'code', id: 'c', metadata: {}, source: 'print("three")', outputs: [], execution_count: null },
  ];
  writeFileSync(
    join(server.place.workspace, 'outline.ipynb'),
    JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }),
  );
  await openNotebook(page, server, 'outline.ipynb');
  await page.keyboard.press('Alt+Shift+O');
  const outline = page.getByRole('tree', { name: 'Outline' });
  await expect(outline.getByRole('treeitem')).toHaveText([/One/, /Inside it/, /Far/]);
  await expect(outline.getByRole('treeitem', { name: /One/ }).first()).toHaveAttribute('aria-current', 'true');
  await outline.getByRole('treeitem', { name: /Far/ }).click();
  await expect(cell(page, 104)).toBeInViewport();
  await expect(active(page)).toHaveAttribute('data-cell-index', '104');
  await outline.getByRole('treeitem', { name: /One/ }).first().hover();
  await outline.getByRole('button', { name: 'Run the section One' }).click();
  await outline.getByRole('treeitem', { name: /One/ }).first().click();
  await expect(cell(page, 3).locator('[data-cell-outputs]')).toContainText('two', { timeout: 60_000 });
  await expect(cell(page, 1).locator('[data-cell-outputs]')).toContainText('one');
});
