import type { Page } from '@playwright/test';
import { cell, expect, test } from './farfield.ts';
import { cellsOf, openCells, press, selectionOf } from './cells.ts';

const code = (...sources: string[]) => sources.map((source) => `code: ${source}`);
const line = (page: Page) => page.locator('[data-drop-line]');

/** Takes a cell by its handle and carries it to the upper edge of another one. */
async function carry(page: Page, from: number, to: number): Promise<void> {
  await cell(page, from).hover();
  const handle = await cell(page, from).locator('[data-drag-handle]').boundingBox();
  const target = await cell(page, to).boundingBox();
  if (handle === null || target === null) throw new Error('no handle');
  await page.mouse.move(handle.x + 8, handle.y + 8);
  await page.mouse.down();
  await page.mouse.move(handle.x + 12, handle.y + 16);
  await page.mouse.move(target.x + 40, target.y + 4, { steps: 4 });
  await expect(line(page)).toBeVisible();
}

test('a cell, or all selected ones, are dragged; Escape lets them be', async ({ page, server }) => {
  await openCells(page, server, 'drag.ipynb', ['a = 1', 'b = 2', 'c = 3', 'd = 4']);
  await test.step('one cell', async () => {
    await carry(page, 0, 3);
    await expect(line(page)).toHaveText('Move 1 cell here');
    await page.mouse.up();
    await expect(line(page)).toBeHidden();
    await expect.poll(() => cellsOf(page)).toEqual(code('b = 2', 'c = 3', 'a = 1', 'd = 4'));
    await expect.poll(() => selectionOf(page)).toBe('2');
  });
  await test.step('two selected cells', async () => {
    await press(page, 'Shift+J');
    await carry(page, 3, 0);
    await expect(line(page)).toHaveText('Move 2 cells here');
    await page.mouse.up();
    await expect.poll(() => cellsOf(page)).toEqual(code('a = 1', 'd = 4', 'b = 2', 'c = 3'));
    await expect.poll(() => selectionOf(page)).toBe('1 of 0 1');
  });
  await test.step('Escape', async () => {
    await carry(page, 3, 0);
    await press(page, 'Escape');
    await expect(line(page)).toBeHidden();
    await page.mouse.up();
    await expect.poll(() => cellsOf(page)).toEqual(code('a = 1', 'd = 4', 'b = 2', 'c = 3'));
  });
  await press(page, 'z');
  await expect.poll(() => cellsOf(page)).toEqual(code('b = 2', 'c = 3', 'a = 1', 'd = 4'));
});

test('a drag scrolls at the edge, to cells that were not in the page', async ({ page, server }) => {
  const sources = Array.from({ length: 120 }, (_, at) => `x = ${at}\n\n`);
  await openCells(page, server, 'drag-far.ipynb', sources);
  await expect(page.locator('[data-cell-index="119"]')).toHaveCount(0);
  await carry(page, 0, 2);
  await page.mouse.move(700, 868);
  await expect(cell(page, 60)).toBeInViewport({ timeout: 30_000 });
  const target = await cell(page, 60).boundingBox();
  await page.mouse.move(700, Math.min(target?.y ?? 400, 700));
  await page.mouse.up();
  await expect(line(page)).toBeHidden();
  const moved = page.locator('[data-cell-id="cell-0"]');
  await expect.poll(async () => Number(await moved.getAttribute('data-cell-index'))).toBeGreaterThan(40);
  await expect(moved).toBeInViewport();
});
