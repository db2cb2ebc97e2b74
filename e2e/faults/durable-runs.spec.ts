import { join } from 'node:path';
import { cell, expect, Farfield, newPlace, openNotebook, runAction, signIn, test, waitForRuns } from '../farfield.ts';
import { writeNotebookFile } from '../notebook-fixture.ts';
import { takePicture } from '../picture.ts';
import { inRow } from './fault-row.ts';
import { allLines, countLinesInFile, findUnaccounted, perConnection, printLines, whenAccounted } from './line-count.ts';

const stdout = '[data-stream="stdout"]';

test('a browser that is closed for the whole run loses nothing, and another one has it all', async ({
  server,
  browser,
}) => {
  await inRow(['tab closed for the whole run', 'Chromium; opened in another browser'], async (row) => {
    const file = writeNotebookFile(server.place.workspace, 'close.ipynb', [printLines(1_000, 0.005)]);
    const first = await signIn(browser, server);
    const page = await first.newPage();
    await openNotebook(page, server, 'close.ipynb');
    await runAction(page, 'Run all cells');
    await expect(cell(page, 0)).toHaveAttribute('data-run-state', /queued|running/, { timeout: 60_000 });
    await takePicture(page, 'closed-before');
    await first.close();
    row.lines = await whenAccounted(1_000, [file]);
    expect(row.lines).toEqual(allLines(1_000));
    const second = await signIn(browser, server);
    const elsewhere = await second.newPage();
    await openNotebook(elsewhere, server, 'close.ipynb');
    await expect(cell(elsewhere, 0)).toHaveAttribute('data-run-state', 'ok');
    await expect(cell(elsewhere, 0).locator(stdout)).toHaveAttribute('data-lines', '1000');
    await takePicture(elsewhere, 'closed-after');
    await elsewhere.reload();
    await expect(cell(elsewhere, 0).locator(stdout)).toContainText('line 999');
    await expect(cell(elsewhere, 0)).toHaveAttribute('data-execution-count', '1');
    await second.close();
  });
});

test('a page that is reloaded 20 times during a run loses nothing', async ({ server, signedIn }) => {
  test.setTimeout(300_000);
  await inRow(['reload 20 times during a run', 'Chromium'], async (row) => {
    const file = writeNotebookFile(server.place.workspace, 'reload.ipynb', [printLines(1_500, 0.02)]);
    const page = await signedIn.newPage();
    await openNotebook(page, server, 'reload.ipynb');
    await runAction(page, 'Run all cells');
    await expect(cell(page, 0).locator(stdout)).toContainText('line 5', { timeout: 60_000 });
    let during = 0;
    for (let reload = 0; reload < 20; reload += 1) {
      await page.reload();
      await expect(cell(page, 0).locator(stdout)).toBeVisible();
      if ((await cell(page, 0).getAttribute('data-run-state')) === 'running') during += 1;
    }
    await waitForRuns(page);
    await expect(cell(page, 0).locator(stdout)).toHaveAttribute('data-lines', '1500');
    row.lines = await whenAccounted(1_500, [file]);
    row.note = `${during} reloads while the cell was running`;
    expect(during).toBeGreaterThan(0);
    expect(row.lines).toEqual(allLines(1_500));
    await page.close();
  });
});

test('a second browser sees the same outputs while they stream', async ({ server, signedIn, browser }) => {
  writeNotebookFile(server.place.workspace, 'both.ipynb', [printLines(100, 0.1)]);
  const other = await signIn(browser, server);
  const [one, two] = [await signedIn.newPage(), await other.newPage()];
  await openNotebook(one, server, 'both.ipynb');
  await openNotebook(two, server, 'both.ipynb');
  await runAction(one, 'Run all cells');
  await expect(cell(two, 0)).toHaveAttribute('data-run-state', 'running', { timeout: 60_000 });
  await waitForRuns(one);
  await waitForRuns(two);
  for (const page of [one, two]) await expect(cell(page, 0).locator(stdout)).toHaveAttribute('data-lines', '100');
  await other.close();
});

test('our server killed with -9 during a run, and back after 5 s', async ({ browser }) => {
  test.setTimeout(300_000);
  await inRow(['our server kill -9 during a run', 'back after 5 s; Chromium stays open'], async (row) => {
    const place = newPlace();
    const file = writeNotebookFile(place.workspace, 'killed.ipynb', [printLines(600, 0.05), 'print("after")']);
    let server = await Farfield.start(place);
    const { port } = server;
    const context = await signIn(browser, server);
    const page = await context.newPage();
    const notebook = page.locator('main[data-notebook]');
    try {
      await openNotebook(page, server, 'killed.ipynb');
      await runAction(page, 'Run all cells');
      await expect(cell(page, 0).locator(stdout)).toContainText('line 50', { timeout: 60_000 });
      await server.kill();
      await expect(notebook).toHaveAttribute('data-doc-state', 'offline', { timeout: 60_000 });
      await page.waitForTimeout(5_000);
      server = await Farfield.start(place, { port });
      // The open page comes back by itself and goes on.
      await expect(notebook).toHaveAttribute('data-doc-state', 'ready', { timeout: 60_000 });
      await expect(cell(page, 0)).toHaveAttribute('data-run-state', 'ok', { timeout: 120_000 });
      await expect(cell(page, 1)).toHaveAttribute('data-run-state', 'ok', { timeout: 60_000 });
      row.lines = await whenAccounted(600, [file]);
      // A dying process keeps its sockets open for a moment: what came in that time the gateway no longer has.
      expect(findUnaccounted(row.lines, perConnection)).toBeNull();
      await expect(cell(page, 0).locator(stdout).last()).toContainText('line 599');
      expect(countLinesInFile(600, join(place.workspace, 'killed.ipynb'))).toEqual(row.lines);
    } finally {
      await context.close();
      await server.stop();
    }
  });
});
