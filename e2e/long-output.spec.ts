import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { cell, expect, openNotebook, runAction, test, waitForRuns } from './farfield.ts';
import { readNotebookFile, streamText, writeNotebookFile } from './notebook-fixture.ts';

/** 12.7 MB: more than a cell has in its file. */
const many = 200_000;
const bytes = 12_688_890;
const dialog = (page: Page) => page.getByRole('dialog', { name: 'The whole text' });

/** Lines of the downloaded text, counted in the browser as its bytes come. */
async function download(page: Page, href: string): Promise<{ bytes: number; lines: number; end: string }> {
  return page.evaluate(async (url) => {
    const response = await fetch(url);
    let [bytes, lines, end] = [0, 0, ''];
    const reader = response.body?.getReader();
    for (;;) {
      const piece = await reader?.read();
      if (piece?.value === undefined) break;
      bytes += piece.value.length;
      for (const byte of piece.value) if (byte === 10) lines += 1;
      end = new TextDecoder().decode(piece.value.slice(-20));
    }
    return { bytes, lines, end };
  }, href);
}

test('hundreds of thousands of lines and a line of ten million characters: all there, read in parts, searched, downloaded', async ({
  page,
  server,
}) => {
  test.setTimeout(240_000);
  const file = writeNotebookFile(server.place.workspace, 'long.ipynb', [
    `for i in range(${many}): print(i, 'abc ' * 14)`,
    "print('x' * 5_000_000 + 'needle' + 'x' * 5_000_000)",
    "print('short')",
  ]);
  await openNotebook(page, server, 'long.ipynb');
  await runAction(page, 'Run all cells');
  await waitForRuns(page);

  const lines = cell(page, 0).locator('[data-output="stream"]');
  await expect(lines).toHaveAttribute('data-lines', String(many));
  await expect(lines).toContainText('199999 abc');
  await expect(lines).toContainText('between, kept on the server');

  // The whole of it, lines on demand.
  await lines.getByRole('button', { name: 'Show all' }).click();
  await expect(dialog(page)).toContainText(`${many.toLocaleString('en')} lines, 12.7 MB`);
  await expect(dialog(page).locator('[data-line="10"]')).toContainText('10');
  await dialog(page).getByRole('group', { name: 'Lines of the text' }).press('End');
  await expect(dialog(page).locator(`[data-line="${many - 1}"]`)).toContainText(String(many - 1));
  expect(await dialog(page).locator('[data-line]').count()).toBeLessThan(200);
  const words = dialog(page).getByRole('searchbox');
  await words.fill('165432 abc');
  await words.press('Enter');
  await expect(dialog(page).getByRole('status')).toHaveText('1 of 1');
  await expect(dialog(page).locator('[data-current]')).toHaveAttribute('data-line', '165432');
  await expect(dialog(page).locator('[data-current]')).toBeInViewport();
  await words.fill('nowhere');
  await words.press('Enter');
  await expect(dialog(page).getByRole('status')).toHaveText('Nothing found');
  const href = await dialog(page).getByRole('link', { name: 'Download the whole text' }).getAttribute('href');
  expect(await download(page, href ?? '')).toMatchObject({ bytes, lines: many });
  await page.keyboard.press('Escape');
  await expect(dialog(page)).toBeHidden();

  // One long line: by its beginning, by the place of what is looked for.
  await cell(page, 1).scrollIntoViewIfNeeded();
  const line = cell(page, 1).locator('[data-output="stream"]');
  await expect(line).toContainText('MB between, kept on the server');
  await line.getByRole('button', { name: 'Search' }).click();
  await expect(words).toBeFocused();
  await expect(dialog(page).locator('[data-line="0"]')).toContainText('… 9,996,006 more characters');
  await words.fill('NEEDLE');
  await words.press('Enter');
  const part = dialog(page).getByRole('region', { name: 'Long line' });
  await expect(part).toContainText('needle');
  await part.getByRole('button', { name: 'Next part' }).click();
  await expect(part).toContainText('Characters 5,015,384 to 5,031,768');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(dialog(page)).toBeHidden();

  // By the palette as well, for the active cell.
  await cell(page, 1).locator('[data-cell-editor]').click();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Home');
  await runAction(page, 'Show the whole text that the cell wrote');
  await expect(dialog(page)).toContainText(`${many.toLocaleString('en')} lines`);
  await dialog(page).getByRole('button', { name: 'Close' }).click();
  await expect(dialog(page)).toBeHidden();

  // The file has a part, and says so; what it leaves out comes back from the file alone.
  await runAction(page, 'Save the notebook');
  await expect(page.locator('main[data-notebook]')).toHaveAttribute('data-save-state', 'saved');
  const [first, second] = readNotebookFile(file).cells;
  expect(streamText(second).length).toBe(10_000_007);
  expect(streamText(first).startsWith('0 abc') && streamText(first).includes('\n199999 abc')).toBe(true);
  expect(streamText(first).length).toBeLessThan(7_000_000);
  copyFileSync(file, join(server.place.workspace, 'copy.ipynb'));
  await openNotebook(page, server, 'copy.ipynb');
  const again = cell(page, 0).locator('[data-output="stream"]');
  await expect(again).toHaveAttribute('data-lines', String(many));
  const link = await again.getByRole('link', { name: 'Download the whole text' }).getAttribute('href');
  expect(await download(page, link ?? '')).toMatchObject({ bytes, lines: many });
});
