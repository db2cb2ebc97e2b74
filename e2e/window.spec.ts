import type { Page } from '@playwright/test';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cell, expect, type Farfield, openNotebook, test } from './farfield.ts';
import { writeNotebookFile } from './notebook-fixture.ts';

const scroller = '[data-notebook-scroller]';

/** Prose, code and outputs of many heights, so that no guess at a height is right. */
function writeLong(server: Farfield, path: string, count: number): void {
  const cells = Array.from({ length: count }, (_, at) => {
    const base = { id: `c${at}`, metadata: {} };
    if (at % 3 === 1)
      return {
        ...base,
        cell_type: 'markdown',
        source: `## Part ${at}\n\n${'Some *words* of prose. '.repeat(at % 90)}`,
      };
    const text = Array.from({ length: (at * 7) % 60 }, (_line, line) => `line ${line} of ${at}\n`).join('');
    const outputs = at % 3 === 2 && text !== '' ? [{ output_type: 'stream', name: 'stdout', text }] : [];
    const source = Array.from({ length: 1 + (at % 9) }, (_line, line) => `x${line} = ${at} + ${line}`).join('\n');
    return { ...base, cell_type: 'code', execution_count: null, outputs, source };
  });
  const notebook = { cells, metadata: { language_info: { name: 'python' } }, nbformat: 4, nbformat_minor: 5 };
  writeFileSync(join(server.place.workspace, path), JSON.stringify(notebook));
}

const mounted = (page: Page) => page.locator('[data-cell-id]').count();
const scrollTo = (page: Page, share: number) =>
  page.locator(scroller).evaluate((element, to) => {
    element.scrollTop = element.scrollHeight * to;
  }, share);

test('of 3,000 cells only those near the view are in the page, and the last one is one jump away', async ({
  page,
  server,
}) => {
  writeLong(server, 'long.ipynb', 3_000);
  await openNotebook(page, server, 'long.ipynb');
  await expect(cell(page, 0)).toBeVisible();
  await expect(cell(page, 0)).toHaveAttribute('aria-setsize', '3000');
  await expect(page.locator('main[data-notebook]')).toHaveAttribute('data-cell-count', '3000');
  expect(await mounted(page)).toBeLessThan(60);
  await scrollTo(page, 1);
  await expect(cell(page, 2_999)).toBeInViewport();
  await expect(cell(page, 2_999)).toHaveAttribute('aria-posinset', '3000');
  expect(await mounted(page)).toBeLessThan(60);
  expect(await page.locator('*').count()).toBeLessThan(5_000);
  await scrollTo(page, 0.5);
  await expect
    .poll(() => page.evaluate(() => document.elementFromPoint(700, 450)?.closest('[data-cell-id]') !== null))
    .toBe(true);
});

test('scrolling up through cells that were never seen moves the text by just that much', async ({ page, server }) => {
  writeLong(server, 'up.ipynb', 600);
  await openNotebook(page, server, 'up.ipynb');
  await scrollTo(page, 0.6);
  await expect
    .poll(() => page.evaluate(() => document.elementFromPoint(700, 450)?.closest('[data-cell-id]') !== null))
    .toBe(true);
  const worst = await page.locator(scroller).evaluate(async (element) => {
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    let off = 0;
    for (let step = 0; step < 120; step++) {
      const shown = document.elementFromPoint(700, 300)?.closest('[data-cell-id]');
      if (shown === null || shown === undefined) return `nothing was shown at step ${step}`;
      const before = shown.getBoundingClientRect().top;
      element.scrollTop -= 97;
      await frame();
      await frame();
      off = Math.max(off, Math.abs(shown.getBoundingClientRect().top - before - 97));
    }
    return off;
  });
  expect(worst).toBeLessThan(2);
});

test('outputs that grow above do not move what is read', async ({ page, server }) => {
  // Nothing but the first cell has outputs: whatever else moves is the window's fault.
  const printing = 'import time\nfor i in range(70):\n    print(i, flush=True)\n    time.sleep(0.1)';
  const others = Array.from({ length: 100 }, (_, at) => `x = ${at}\n`.repeat(1 + (at % 9)));
  writeNotebookFile(server.place.workspace, 'grow.ipynb', [printing, ...others]);
  await openNotebook(page, server, 'grow.ipynb');
  await page.keyboard.press('Control+Enter');
  await expect(cell(page, 0).locator('[data-cell-outputs]')).toContainText('1', { timeout: 60_000 });
  await scrollTo(page, 0.3);
  const find = () =>
    page.evaluate(
      () => document.elementFromPoint(700, 450)?.closest<HTMLElement>('[data-cell-id]')?.dataset['cellIndex'],
    );
  // The cells there come a frame after the scroll.
  await expect.poll(find).toBeDefined();
  const read = await find();
  const top = () => cell(page, Number(read)).evaluate((element) => Math.round(element.getBoundingClientRect().top));
  const before = await top();
  await expect(cell(page, 0).locator('[data-cell-outputs]')).toContainText('69', { timeout: 60_000 });
  // The last line may be in the page already, and its frame still to come.
  await expect.poll(async () => Math.abs((await top()) - before)).toBeLessThanOrEqual(1);
});

test('the cell that is edited stays when the view leaves it, and typing brings it back', async ({ page, server }) => {
  writeLong(server, 'leave.ipynb', 400);
  await openNotebook(page, server, 'leave.ipynb');
  await cell(page, 0).locator('[data-cell-editor]').click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('#');
  await scrollTo(page, 0.7);
  await expect(cell(page, 0)).not.toBeInViewport();
  await page.keyboard.type('here');
  await expect(cell(page, 0)).toBeInViewport();
  await expect(cell(page, 0)).toContainText('#here');
});

test('keys bring the active cell back into view', async ({ page, server }) => {
  writeLong(server, 'keys-far.ipynb', 400);
  await openNotebook(page, server, 'keys-far.ipynb');
  await expect(cell(page, 0)).toBeFocused();
  await scrollTo(page, 1);
  await expect(cell(page, 0)).not.toBeInViewport();
  await page.keyboard.press('j');
  await expect(cell(page, 1)).toBeInViewport();
  await expect(cell(page, 1)).toBeFocused();
});

test('text that is selected over several cells is copied whole after scrolling away', async ({ page, server }) => {
  writeLong(server, 'select.ipynb', 200);
  await openNotebook(page, server, 'select.ipynb');
  await page.evaluate(() => {
    const from = document.querySelector('[data-cell-index="0"] [data-cell-editor]');
    const to = document.querySelector('[data-cell-index="3"] [data-cell-editor]');
    if (from !== null && to !== null) document.getSelection()?.setBaseAndExtent(from, 0, to, to.childNodes.length);
  });
  await scrollTo(page, 1);
  await expect(cell(page, 199)).toBeInViewport();
  const text = await page.evaluate(() => document.getSelection()?.toString() ?? '');
  expect(text).toContain('x0 = 0 + 0');
  expect(text).toContain('x3 = 3 + 3');
});

test('a reload comes back to the place that was left', async ({ page, server }) => {
  writeLong(server, 'back.ipynb', 500);
  await openNotebook(page, server, 'back.ipynb');
  await scrollTo(page, 0.4);
  const at = () =>
    page.evaluate(() => {
      const shown = document.elementFromPoint(700, 300)?.closest<HTMLElement>('[data-cell-id]');
      return `${shown?.dataset['cellIndex']} ${Math.round((shown?.getBoundingClientRect().top ?? 0) / 4)}`;
    });
  await expect.poll(at).not.toContain('undefined');
  // Heights settle: images, outputs that are fetched when they are seen.
  await page.waitForTimeout(1_000);
  const before = await at();
  await page.reload();
  await expect(page.locator('main[data-notebook]')).toHaveAttribute('data-doc-state', 'ready');
  await expect.poll(at).toBe(before);
});

test('another tab and back: the same place', async ({ page, server }) => {
  writeLong(server, 'one.ipynb', 300);
  writeLong(server, 'other.ipynb', 20);
  await openNotebook(page, server, 'one.ipynb');
  await scrollTo(page, 0.5);
  const at = () =>
    page.evaluate(() => document.elementFromPoint(700, 300)?.closest<HTMLElement>('[data-cell-id]')?.dataset['cellId']);
  await expect.poll(at).toMatch(/^c\d{2,}$/);
  await page.waitForTimeout(500);
  const before = await at();
  await page.getByRole('treeitem', { name: 'other.ipynb' }).click();
  await expect(page.getByRole('main', { name: 'Notebook other.ipynb' })).toHaveAttribute('data-doc-state', 'ready');
  await page.keyboard.press('Alt+PageUp');
  await expect(page.getByRole('main', { name: 'Notebook one.ipynb' })).toHaveAttribute('data-doc-state', 'ready');
  await expect.poll(at).toBe(before);
});

test('printing shows every cell', async ({ page, server }) => {
  writeLong(server, 'print.ipynb', 300);
  await openNotebook(page, server, 'print.ipynb');
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
  expect(await mounted(page)).toBe(300);
  await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
  await expect.poll(() => mounted(page)).toBeLessThan(60);
});
