import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { cell, expect, Farfield, newPlace, openNotebook, runAction, signIn, test, waitForRuns } from '../farfield.ts';
import { readNotebookFile, streamText, writeNotebookFile } from '../notebook-fixture.ts';

const printing = (lines: number, seconds: number) =>
  `import time\nfor i in range(${lines}):\n    print(f"line {i}", flush=True)\n    time.sleep(${seconds / lines})`;
const expected = (lines: number) => Array.from({ length: lines }, (_, index) => `line ${index}\n`).join('');

test('a tab that is closed loses nothing: the run goes on, page and file are complete', async ({
  server,
  signedIn,
}) => {
  writeNotebookFile(server.place.workspace, 'close.ipynb', [printing(80, 24)]);
  const first = await signedIn.newPage();
  await openNotebook(first, server, 'close.ipynb');
  await runAction(first, 'Run all cells');
  await expect(cell(first, 0).locator('[data-stream="stdout"]')).toContainText('line 5', { timeout: 60_000 });
  await first.close();
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const second = await signedIn.newPage();
  await openNotebook(second, server, 'close.ipynb');
  await expect(cell(second, 0)).toHaveAttribute('data-run-state', 'running');
  await waitForRuns(second);
  await expect(cell(second, 0).locator('[data-stream="stdout"]')).toHaveAttribute('data-lines', '80');
  await expect(second.locator('main[data-notebook]')).toHaveAttribute('data-save-state', 'saved', { timeout: 15_000 });
  expect(streamText(readNotebookFile(join(server.place.workspace, 'close.ipynb')).cells[0])).toBe(expected(80));
  await second.reload();
  await expect(cell(second, 0).locator('[data-stream="stdout"]')).toContainText('line 79');
  await expect(cell(second, 0)).toHaveAttribute('data-execution-count', '1');
  await second.close();
});

test('a second browser sees the same outputs while they stream', async ({ server, signedIn, browser }) => {
  writeNotebookFile(server.place.workspace, 'both.ipynb', [printing(40, 4)]);
  const other = await signIn(browser, server);
  const [one, two] = [await signedIn.newPage(), await other.newPage()];
  await openNotebook(one, server, 'both.ipynb');
  await openNotebook(two, server, 'both.ipynb');
  await runAction(one, 'Run all cells');
  await expect(cell(two, 0)).toHaveAttribute('data-run-state', 'running', { timeout: 60_000 });
  await waitForRuns(one);
  await waitForRuns(two);
  for (const page of [one, two])
    await expect(cell(page, 0).locator('[data-stream="stdout"]')).toHaveAttribute('data-lines', '40');
  await other.close();
});

test('our server killed with -9 during a 60 s printing cell: every line is there once', async ({ browser }) => {
  test.setTimeout(240_000);
  const place = newPlace();
  const file = writeNotebookFile(place.workspace, 'killed.ipynb', [printing(60, 60), 'print("after")']);
  let server = await Farfield.start(place);
  const { port } = server;
  const context = await signIn(browser, server);
  const page = await context.newPage();
  try {
    await openNotebook(page, server, 'killed.ipynb');
    await runAction(page, 'Run all cells');
    await expect(cell(page, 0).locator('[data-stream="stdout"]')).toContainText('line 5', { timeout: 60_000 });
    await justAfterALine(page);
    await server.kill();
    await expect(page.locator('main[data-notebook]')).toHaveAttribute('data-doc-state', 'offline', { timeout: 20_000 });
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    server = await Farfield.start(place, { port });
    // The open page comes back by itself and goes on.
    await expect(page.locator('main[data-notebook]')).toHaveAttribute('data-doc-state', 'ready', { timeout: 30_000 });
    await expect(cell(page, 0)).toHaveAttribute('data-run-state', 'running');
    await expect(cell(page, 0)).toHaveAttribute('data-run-state', 'ok', { timeout: 90_000 });
    await expect(cell(page, 1)).toHaveAttribute('data-run-state', 'ok', { timeout: 20_000 });
    await expect(cell(page, 0).locator('[data-stream="stdout"]')).toHaveAttribute('data-lines', '60');
    await expect(page.locator('main[data-notebook]')).toHaveAttribute('data-save-state', 'saved', { timeout: 15_000 });
    expect(streamText(readNotebookFile(file).cells[0])).toBe(expected(60));
  } finally {
    await context.close();
    await server.stop();
  }
});

/**
 * Waits for the quiet part between two lines. A dying process keeps its sockets open for a moment while its memory is
 * torn down; what the gateway sends in that time is gone (README, Limits), and is not what this test is about.
 */
async function justAfterALine(page: Page): Promise<void> {
  const stream = cell(page, 0).locator('[data-stream="stdout"]');
  const before = await stream.getAttribute('data-lines');
  await expect.poll(() => stream.getAttribute('data-lines'), { intervals: [20] }).not.toBe(before);
  await page.waitForTimeout(300);
}
