import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { figure, generateNotebook, mulberry, noisePng } from './bench/generate-notebook.ts';
import { editor } from './cells.ts';
import { cell, expect, openNotebook, test } from './farfield.ts';
import { joined, readNotebookFile } from './notebook-fixture.ts';

type WrittenCell = { cell_type: string; source: string[]; outputs?: object[]; execution_count?: null };
type Large = { readonly file: string; readonly before: Buffer; readonly middle: number };

const heading = 'The middle of it';
const source = ['where = "the middle"\n', 'print(where)'];

/**
 * A generated notebook with so many cells and `pictures` of 2 MB, of at least `bytes`. In its middle stand a heading and
 * a code cell that no other one is like.
 */
function writeLarge(folder: string, path: string, cells: number, { bytes = 0, pictures = 0 } = {}): Large {
  const png = (seed: number) => noisePng(mulberry(seed), 900, 560);
  const plots = Array.from({ length: pictures }, (_, seed) => figure(png(seed)));
  const made = generateNotebook({ cells, bytes: bytes - Buffer.byteLength(JSON.stringify(plots)) });
  const notebook = JSON.parse(made) as { cells: WrittenCell[] };
  const middle = cells / 2;
  Object.assign(notebook.cells[middle - 1] ?? {}, { cell_type: 'markdown', source: [`## ${heading}`] });
  for (const part of ['outputs', 'execution_count'] as const) delete notebook.cells[middle - 1]?.[part];
  const stream = { name: 'stdout', output_type: 'stream', text: ['the middle\n'] };
  Object.assign(notebook.cells[middle] ?? {}, { cell_type: 'code', source, execution_count: null, outputs: [stream] });
  const code = notebook.cells.filter((one) => one.cell_type === 'code');
  for (const [index, plot] of plots.entries()) code[Math.floor((index * code.length) / pictures)]?.outputs?.push(plot);
  notebook.cells[middle]?.outputs?.push(...plots.slice(0, 1));
  const before = Buffer.from(`${JSON.stringify(notebook, null, 1)}\n`);
  const file = join(folder, path);
  writeFileSync(file, before);
  return { file, before, middle };
}

/** Writes two lines at the end of the cell and saves; the file then differs in just these lines. */
async function editAndSave(page: Page, { file, before, middle }: Large): Promise<void> {
  await expect(cell(page, middle)).toBeInViewport();
  await editor(page, middle).click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('\nedited = 1');
  await expect(editor(page, middle)).toContainText('edited = 1');
  await expectUsable(page);
  await page.keyboard.press('Control+s');
  await expect(page.locator('main[data-notebook]')).toHaveAttribute('data-save-state', 'saved', { timeout: 60_000 });
  await expect.poll(() => readFileSync(file).includes('edited =')).toBe(true);
  const after = readFileSync(file);
  const end = before.indexOf('"print(where)"') + '"print(where)'.length;
  const added = Buffer.from('\\n",\n    "edited = 1');
  expect(after.length).toBe(before.length + added.length);
  // Compared as one: a failing comparison of buffers would print them.
  expect(after.subarray(0, end).equals(before.subarray(0, end))).toBe(true);
  expect(after.subarray(end, end + added.length).toString()).toBe(added.toString());
  expect(after.subarray(end + added.length).equals(before.subarray(end))).toBe(true);
}

/** The page holds little, whatever the notebook holds. */
async function expectUsable(page: Page): Promise<void> {
  expect(await page.locator('[data-cell-id]').count()).toBeLessThan(60);
  expect(await page.locator('*').count()).toBeLessThan(5_000);
}

test('of 5,000 cells the middle one is reached by the outline, edited and saved with all other bytes as they were', async ({
  page,
  server,
}) => {
  test.setTimeout(300_000);
  const large = writeLarge(server.place.workspace, 'many.ipynb', 5_000);
  try {
    await openNotebook(page, server, 'many.ipynb', 60_000);
    await expect(page.locator('main[data-notebook]')).toHaveAttribute('data-cell-count', '5000');
    await expect(cell(page, 0)).toBeVisible();
    await page.keyboard.press('Alt+Shift+O');
    const outline = page.getByRole('tree', { name: 'Outline' });
    const item = outline.getByRole('treeitem', { name: new RegExp(`^${heading}`) });
    await expect(async () => {
      await outline.evaluate((element) => {
        const end = element.scrollHeight - element.clientHeight;
        element.scrollTop = element.scrollTop < end ? element.scrollTop + element.clientHeight / 2 : 0;
      });
      await expect(item).toBeInViewport({ ratio: 1, timeout: 300 });
    }).toPass({ intervals: [20] });
    await item.click();
    await editAndSave(page, large);
    await page.keyboard.press('Escape');
    await page.locator('[data-notebook-scroller]').evaluate((element) => (element.scrollTop = element.scrollHeight));
    await expect(cell(page, 4_999)).toBeInViewport();
    await expectUsable(page);
  } finally {
    rmSync(large.file);
  }
});

test('a notebook of 100 MB: its middle is found, edited and saved with all other bytes as they were', async ({
  page,
  server,
}) => {
  test.setTimeout(300_000);
  const large = writeLarge(server.place.workspace, 'heavy.ipynb', 1_000, { bytes: 100e6, pictures: 15 });
  try {
    expect(large.before.length).toBeGreaterThan(100e6);
    await openNotebook(page, server, 'heavy.ipynb', 120_000);
    await expect(page.locator('main[data-notebook]')).toHaveAttribute('data-cell-count', '1000');
    await page.keyboard.press('Control+F');
    await page.keyboard.type('the middle"');
    const bar = page.getByRole('search', { name: 'Find in the notebook' });
    await expect(bar.getByRole('status')).toHaveText('1 of 1');
    await page.keyboard.press('Escape');
    // Text and picture of the outputs come when they are seen.
    await expect(cell(page, large.middle).locator('[data-cell-outputs]')).toContainText('the middle');
    await expect(cell(page, large.middle).locator('img')).toHaveJSProperty('naturalWidth', 900);
    await editAndSave(page, large);
    await page.reload();
    await expect(page.locator('main[data-notebook]')).toHaveAttribute('data-doc-state', 'ready', { timeout: 120_000 });
    await expect(editor(page, large.middle)).toContainText('edited = 1');
    expect(joined(readNotebookFile(large.file).cells[large.middle]?.source)).toContain('edited = 1');
  } finally {
    rmSync(large.file);
  }
});
