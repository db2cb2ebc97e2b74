import type { Page } from '@playwright/test';
import { cell, expect, type Farfield, openNotebook } from './farfield.ts';
import { writeNotebookFile } from './notebook-fixture.ts';

export const editor = (page: Page, index: number) => cell(page, index).locator('[data-cell-editor]');
export const active = (page: Page) => page.locator('[data-cell-id][aria-current]');

/** The cells that are in the page, as `type: source`. */
export const cellsOf = (page: Page): Promise<readonly string[]> =>
  page
    .locator('[data-cell-id]')
    .evaluateAll((all) =>
      all.map(
        (one) =>
          `${(one as HTMLElement).dataset['cellType']}: ${one.querySelector('[data-cell-editor]')?.firstChild?.textContent ?? '(hidden)'}`,
      ),
    );

/** The active cell and the selected ones by their places: `2 of 1 2 3`. */
export const selectionOf = (page: Page): Promise<string> =>
  page.locator('[data-cell-id]').evaluateAll((all) => {
    const at = (selector: string) =>
      all.filter((one) => one.matches(selector)).map((one) => (one as HTMLElement).dataset['cellIndex']);
    const selected = at('[data-selected]');
    return `${at('[aria-current]').join(' ')}${selected.length === 0 ? '' : ` of ${selected.join(' ')}`}`;
  });

/** Opens a notebook whose first cell is active, in command mode. */
export async function openCells(
  page: Page,
  server: Farfield,
  path: string,
  cells: Parameters<typeof writeNotebookFile>[2],
): Promise<string> {
  const file = writeNotebookFile(server.place.workspace, path, cells);
  await openNotebook(page, server, path);
  await expect(active(page)).toHaveAttribute('data-cell-index', '0');
  await expect(cell(page, 0)).toBeFocused();
  return file;
}

export async function press(page: Page, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}
