import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { cell, expect, type Farfield, openNotebook, test } from './farfield.ts';

const code = (id: string, source: string, more: object = {}) => ({
  cell_type: 'code',
  execution_count: null,
  id,
  metadata: {},
  outputs: [],
  source,
  ...more,
});

/** Writes a notebook and answers its text, in the style that Jupyter writes. */
function write(server: Farfield, path: string, cells: readonly object[]): string {
  const text = `${JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`;
  writeFileSync(join(server.place.workspace, path), text);
  return text;
}

/** Types into a cell, waits for the save, and answers the file without what was typed. */
async function typeAndSave(page: Page, server: Farfield, path: string, index: number): Promise<string> {
  await cell(page, index).locator('[data-cell-editor]').click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('#typed');
  await expect(cell(page, index)).toContainText('#typed');
  const file = () => readFileSync(join(server.place.workspace, path), 'utf8');
  await expect.poll(file, { timeout: 60_000 }).toContain('#typed');
  return file().replace('#typed', '');
}

const elements = (page: Page) => page.locator('*').count();

test('a cell of 10 MB and a line of a million characters are shown bounded, edited beside, and saved as they were', async ({
  page,
  server,
}) => {
  const before = write(server, 'big.ipynb', [
    code('a', 'x = 1'),
    code('b', 'y = 2\n'.repeat(1_700_000)),
    code('c', `z = "${'w'.repeat(1_000_000)}"`),
    { cell_type: 'markdown', id: 'd', metadata: {}, source: '# Title\n'.repeat(100_000) },
  ]);
  await openNotebook(page, server, 'big.ipynb');
  await expect(cell(page, 1)).toContainText('Only the beginning is shown of 10,200,000 characters');
  expect(await elements(page)).toBeLessThan(5_000);
  expect(await typeAndSave(page, server, 'big.ipynb', 0)).toBe(before);
  await page.keyboard.press('Escape');
  await page.keyboard.press('End');
  await expect(cell(page, 3)).toBeInViewport();
  expect(await elements(page)).toBeLessThan(5_000);
});

test('the end of a cell of 10 MB can be edited', async ({ page, server }) => {
  test.setTimeout(180_000);
  const before = write(server, 'end.ipynb', [code('a', 'y = 2\n'.repeat(1_700_000)), code('b', 'x')]);
  await openNotebook(page, server, 'end.ipynb');
  expect(await typeAndSave(page, server, 'end.ipynb', 0)).toBe(before);
  expect(await elements(page)).toBeLessThan(6_000);
});

test('what nobody would see is shown: marks of direction, blanks of no width, line separators, lone surrogates', async ({
  page,
  server,
}) => {
  const hidden = 'a\u202e = "\u200b\u2066x"\u2028b\ud800c\u0085d\ve';
  const before = write(server, 'hidden.ipynb', [
    code('a', 'x = 1'),
    code('b', hidden),
    { cell_type: 'markdown', id: 'c', metadata: {}, source: '<img src=x onerror=alert(1)> **bold**' },
  ]);
  await openNotebook(page, server, 'hidden.ipynb');
  const still = cell(page, 1).locator('[data-source-text]');
  await expect(still).toHaveText('a‹U+202E› = "‹U+200B›‹U+2066›x"‹U+2028›b\ufffdc‹U+0085›d‹U+000B›e');
  expect(await typeAndSave(page, server, 'hidden.ipynb', 0)).toBe(before);
  await cell(page, 1).locator('[data-cell-editor]').click();
  await expect(cell(page, 1).locator('.hidden-character').first()).toContainText('U+202E');
});

test('metadata a thousand levels deep, ids that are twice there or no ids at all', async ({ page, server }) => {
  let deep: object = { end: true };
  for (let level = 0; level < 1_000; level++) deep = { deep };
  write(server, 'deep.ipynb', [
    code('same', 'a = 1', { metadata: deep }),
    code('same', 'b = 2'),
    code('no id: <b>"\n', 'c = 3'),
    code('x'.repeat(300), 'd = 4'),
  ]);
  await openNotebook(page, server, 'deep.ipynb');
  await expect(page.locator('[data-cell-id]')).toHaveCount(4);
  const saved = JSON.parse(await typeAndSave(page, server, 'deep.ipynb', 3)) as {
    cells: { source: string | string[] }[];
  };
  expect(saved.cells.map(({ source }) => [source].flat().join(''))).toEqual(['a = 1', 'b = 2', 'c = 3', 'd = 4']);
});

test('a notebook of 100,000 cells opens, shows its end, is edited in the middle and saved', async ({
  page,
  server,
}) => {
  test.setTimeout(240_000);
  const cells = Array.from({ length: 100_000 }, (_, at) => code(`c${at}`, `x = ${at}`));
  const before = write(server, 'many.ipynb', cells);
  await openNotebook(page, server, 'many.ipynb', 120_000);
  await expect(page.locator('main[data-notebook]')).toHaveAttribute('data-cell-count', '100000');
  await expect(cell(page, 0)).toBeVisible();
  await page.keyboard.press('End');
  await expect(cell(page, 99_999)).toBeInViewport();
  await page.locator('[data-notebook-scroller]').evaluate((element) => {
    element.scrollTop = element.scrollHeight / 2;
  });
  const middle = () =>
    page.evaluate(() => {
      const shown = document.elementFromPoint(700, 450)?.closest<HTMLElement>('[data-cell-id]');
      return Number(shown?.dataset['cellIndex'] ?? -1);
    });
  await expect.poll(middle).toBeGreaterThan(10_000);
  expect(await typeAndSave(page, server, 'many.ipynb', await middle())).toBe(before);
  expect(await elements(page)).toBeLessThan(5_000);
});
