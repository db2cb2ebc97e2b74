import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, LaunchOptions, Page } from '@playwright/test';
import { protocolVersion } from '#lib/protocol/version.ts';
import { FaultProxy } from '#server/testing/fault-proxy.ts';
import { cell, expect, Farfield, newPlace, openNotebook, runAction, test, waitForRuns } from '../farfield.ts';
import { joined, readNotebookFile, writeNotebookFile } from '../notebook-fixture.ts';
import { askForLink } from '../sign-in-link.ts';
import { inRow } from './fault-row.ts';
import { allLines, printLines, whenAccounted } from './line-count.ts';

const stdout = '[data-stream="stdout"]';
const notebook = (page: Page) => page.locator('main[data-notebook]');

/** Options of a browser for which `localhost:<port of the server>` is the proxy. */
const through = (options: LaunchOptions, server: Farfield, proxy: FaultProxy): LaunchOptions => ({
  ...options,
  args: [...(options.args ?? []), `--host-resolver-rules=MAP localhost:${server.port} 127.0.0.1:${proxy.port}`],
});

async function signInAtLocalhost(browser: Browser, server: Farfield): Promise<Page> {
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  await page.goto((await askForLink(server.place.home)).replace('127.0.0.1', 'localhost'));
  await page.waitForURL(`http://localhost:${server.port}/`);
  return page;
}

async function open(page: Page, server: Farfield, path: string): Promise<void> {
  await page.goto(`http://localhost:${server.port}/n/${path}`);
  await expect(notebook(page)).toHaveAttribute('data-doc-state', 'ready', { timeout: 60_000 });
}

async function typeInCell(page: Page, index: number, text: string): Promise<void> {
  await cell(page, index).locator('[data-cell-editor]').click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(text);
}

const sourcesOnDisk = (file: string) => readNotebookFile(file).cells.map(({ source }) => joined(source));

test('two browsers in a flood, one of them at 50 kB/s: both have every line', async ({
  playwright,
  launchOptions,
  server,
  page,
}) => {
  test.setTimeout(300_000);
  await inRow(['two browsers, one throttled to 50 kB/s, during a flood', 'Chromium'], async (row) => {
    const lines = 80_000;
    const flood = `for i in range(${lines}):\n    print(f"line {i}")`;
    const file = writeNotebookFile(server.place.workspace, 'flood.ipynb', ['x = 1', flood]);
    await using proxy = await FaultProxy.start(server.port);
    const browser = await playwright.chromium.launch(through(launchOptions, server, proxy));
    try {
      const slow = await signInAtLocalhost(browser, server);
      await open(slow, server, 'flood.ipynb');
      await openNotebook(page, server, 'flood.ipynb');
      proxy.throttle('down', 50_000);
      await runAction(page, 'Run all cells');
      await expect(cell(page, 1)).toHaveAttribute('data-run-state', 'ok', { timeout: 120_000 });
      await expect(cell(page, 1).locator(stdout)).toHaveAttribute('data-lines', String(lines), { timeout: 60_000 });
      const behind = await slow
        .locator(stdout)
        .getAttribute('data-lines', { timeout: 1_000 })
        .catch(() => '0');
      await expect(cell(slow, 1).locator(stdout)).toHaveAttribute('data-lines', String(lines), { timeout: 180_000 });
      row.lines = await whenAccounted(lines, [file], 1);
      row.note = `the slow one had ${Number(behind).toLocaleString('en')} lines when the other had all`;
      expect(row.lines).toEqual(allLines(lines));
    } finally {
      await browser.close();
    }
  });
});

for (const rule of ['refuse', 'swallow'] as const) {
  const how = rule === 'refuse' ? 'answered 403' : 'never answered';
  test(`a WebSocket that a proxy blocks (${how}) is done without`, async ({ playwright, launchOptions, server }) => {
    test.setTimeout(300_000);
    await inRow(['WebSocket blocked by a proxy', `${how}; Chromium`], async (row) => {
      const path = `blocked-${rule}.ipynb`;
      const file = writeNotebookFile(server.place.workspace, path, ['x = 1', printLines(500, 0.002)]);
      await using proxy = await FaultProxy.start(server.port);
      proxy.upgrades(rule);
      const browser = await playwright.chromium.launch(through(launchOptions, server, proxy));
      try {
        const page = await signInAtLocalhost(browser, server);
        await open(page, server, path);
        await typeInCell(page, 0, '\n# typed');
        await runAction(page, 'Run all cells');
        await waitForRuns(page);
        await expect(cell(page, 1).locator(stdout)).toHaveAttribute('data-lines', '500');
        await expect(notebook(page)).toHaveAttribute('data-save-state', 'saved', { timeout: 60_000 });
        row.lines = await whenAccounted(500, [file], 1);
        row.edits = { acknowledged: 1, lost: sourcesOnDisk(file)[0]?.includes('# typed') === true ? 0 : 1 };
        row.note = `${proxy.counts.upgradesBlocked} upgrades blocked`;
        expect(proxy.counts.upgradesBlocked).toBeGreaterThan(0);
        expect(row.lines).toEqual(allLines(500));
        expect(row.edits.lost).toBe(0);
      } finally {
        await browser.close();
      }
    });
  });
}

test('a browser that is frozen while the server restarts without its state doubles and blanks nothing', async ({
  playwright,
  launchOptions,
}) => {
  test.setTimeout(300_000);
  await inRow(['browser frozen, server restarted, CRDT state deleted', 'SIGSTOP of the renderer'], async (row) => {
    const place = newPlace();
    const sources = Array.from({ length: 12 }, (_, index) => `x = ${index}`);
    const file = writeNotebookFile(place.workspace, 'frozen.ipynb', sources);
    let server = await Farfield.start(place);
    const { port } = server;
    const browser = await playwright.chromium.launch(launchOptions);
    try {
      const page = await signInAtLocalhost(browser, server);
      await open(page, server, 'frozen.ipynb');
      await typeInCell(page, 0, '\n# before');
      await expect(notebook(page)).toHaveAttribute('data-save-state', 'saved', { timeout: 60_000 });
      await server.kill();
      await expect(notebook(page)).toHaveAttribute('data-doc-state', 'offline', { timeout: 60_000 });
      await typeInCell(page, 1, '\n# away');
      const system = await browser.newBrowserCDPSession();
      const { processInfo } = await system.send('SystemInfo.getProcessInfo');
      const renderers = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
      expect(renderers.length).toBeGreaterThan(0);
      for (const pid of renderers) process.kill(pid, 'SIGSTOP');
      rmSync(join(place.home, 'notebooks'), { recursive: true });
      server = await Farfield.start(place, { port });
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      for (const pid of renderers) process.kill(pid, 'SIGCONT');
      await expect(notebook(page)).toHaveAttribute('data-doc-state', 'ready', { timeout: 60_000 });
      await expect(notebook(page)).toHaveAttribute('data-save-state', 'saved', { timeout: 60_000 });
      await expect.poll(() => sourcesOnDisk(file)[1], { timeout: 30_000 }).toContain('# away');
      const expected = sources.with(0, 'x = 0\n# before').with(1, 'x = 1\n# away');
      const found = sourcesOnDisk(file);
      row.edits = { acknowledged: 2, lost: expected.filter((source) => !found.includes(source)).length };
      row.note = `${found.length} of ${expected.length} cells, ${found.filter((source) => source === '').length} blank`;
      expect(found).toEqual(expected);
      await expect(cell(page, 11)).toBeAttached();
      await expect(cell(page, 12)).toHaveCount(0);
    } finally {
      await browser.close();
      await server.stop();
    }
  });
});

test('a page of an older version is told to reload, and its unsent edits come along', async ({ server, page }) => {
  test.setTimeout(180_000);
  await inRow(['client of an older protocol version', 'Chromium'], async (row) => {
    const file = writeNotebookFile(server.place.workspace, 'older.ipynb', ['x = 1', 'y = 2']);
    const age = { older: false };
    const lines: { close(): Promise<void> }[] = [];
    await page.routeWebSocket(/socket\.io/, (line) => {
      const behind = line.connectToServer();
      lines.push(line);
      line.onMessage((message) => {
        const isHello = typeof message === 'string' && message.startsWith('40{');
        behind.send(isHello && age.older ? message.replace(`:${protocolVersion}}`, ':1}') : message);
      });
    });
    await openNotebook(page, server, 'older.ipynb');
    age.older = true;
    for (const line of lines.splice(0)) await line.close();
    await expect(notebook(page)).toHaveAttribute('data-doc-state', 'offline');
    await typeInCell(page, 0, '\n# typed in the old page');
    const reload = page.getByRole('button', { name: 'Reload' });
    await expect(reload).toBeVisible({ timeout: 60_000 });
    age.older = false;
    const asked: string[] = [];
    page.on('dialog', (dialog) => {
      asked.push(dialog.type());
      void dialog.accept();
    });
    await reload.click();
    await expect(cell(page, 0)).toContainText('# typed in the old page', { timeout: 60_000 });
    await expect(notebook(page)).toHaveAttribute('data-save-state', 'saved', { timeout: 60_000 });
    await expect
      .poll(() => sourcesOnDisk(file), { timeout: 30_000 })
      .toEqual(['x = 1\n# typed in the old page', 'y = 2']);
    row.edits = { acknowledged: 1, lost: 0 };
    row.note = 'the edit was unsent at the reload';
    expect(asked).toEqual([]);
  });
});
