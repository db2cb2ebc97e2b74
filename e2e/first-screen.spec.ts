import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Page } from '@playwright/test';
import { compressWeb } from '#server/setup/compress-web.mjs';
import { cell, expect, type Farfield, runAction, signIn, test as base, watchErrors } from './farfield.ts';
import { joined, notebookText, readNotebookFile, writeNotebookFile } from './notebook-fixture.ts';

const root = new URL('../', import.meta.url).pathname;

/** Everything that a cold load may send until the real editor takes a key. Bytes, compressed. */
const mostBytes = 1_300_000;

// The server lists the files of the build when it starts: the compressed ones are there by then, as after `npm start`.
const test = base.extend({
  server: [
    async ({ servers }, use, { file }) => {
      await compressWeb(root);
      await use(await servers.of(file));
    },
    { scope: 'test', timeout: 180_000 },
  ],
});

const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** A notebook with something of everything that a first screen shows. */
function writeShow(server: Farfield, name: string): string {
  const notebook = JSON.parse(
    notebookText([
      {
        type: 'markdown',
        source:
          '# The first screen\n\n<script>alert(1)</script>\n\nWith **bold** words, `code` and $x^2$.\n\n| a | b |\n|---|---|\n| 1 | 2 |',
      },
      'print("<b>hello</b>")\nx = 1',
      'table',
      { type: 'raw', source: 'raw text that is\nleft as it is' },
      ...Array.from({ length: 40 }, (_, index) => `y${index} = ${index}`),
    ]),
  ) as { cells: { execution_count?: number; outputs?: object[] }[] };
  const [, hello, table] = notebook.cells;
  Object.assign(hello ?? {}, {
    execution_count: 7,
    outputs: [
      {
        output_type: 'stream',
        name: 'stdout',
        text: ['<b>hello</b>\n', ...'0123456789'.split('').map((digit) => `${digit}\n`.repeat(12))],
      },
    ],
  });
  Object.assign(table ?? {}, {
    execution_count: 8,
    outputs: [
      {
        output_type: 'execute_result',
        execution_count: 8,
        metadata: {},
        data: {
          'text/html': `<table><thead><tr><th>h</th></tr></thead><tbody>${'<tr><td>cell</td></tr>'.repeat(6)}</tbody></table>`,
          'text/plain': 'h\ncell',
        },
      },
      {
        output_type: 'display_data',
        metadata: { 'image/png': { width: 120, height: 60 } },
        data: { 'image/png': pixel },
      },
    ],
  });
  const file = join(server.place.workspace, name);
  writeFileSync(file, JSON.stringify(notebook));
  return file;
}

/** Keeps the page's socket from the server until `open` is called: the page has what its HTML had. */
async function holdLine(page: Page): Promise<() => void> {
  let open = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  await page.routeWebSocket(/\/socket\.io\//, async (socket) => {
    await opened;
    socket.connectToServer();
  });
  return open;
}

const ready = (page: Page) =>
  expect(page.locator('main[data-notebook]')).toHaveAttribute('data-doc-state', 'ready', { timeout: 30_000 });

const boxes = (page: Page) =>
  page.locator('[data-cell-id]').evaluateAll((cells) =>
    cells.slice(0, 6).map((one) => {
      const { x, y, width, height } = one.getBoundingClientRect();
      return { x, y, width, height };
    }),
  );

test('the first cells are in the HTML: they can be read without any script', async ({ browser, server, signedIn }) => {
  writeShow(server, 'quiet.ipynb');
  const context = await browser.newContext({
    storageState: await signedIn.storageState(),
    javaScriptEnabled: false,
    viewport: { width: 1440, height: 900 },
  });
  const page = await context.newPage();
  await page.goto(`${server.origin}/n/quiet.ipynb`);
  await expect(page.getByRole('heading', { name: 'The first screen' })).toBeVisible();
  await expect(page.locator('main header h1')).toHaveText('quiet.ipynb');
  await expect(cell(page, 1)).toContainText('print("<b>hello</b>")');
  await expect(cell(page, 1)).toContainText('[7]');
  await expect(cell(page, 1).locator('[data-output="stream"]')).toContainText('<b>hello</b>');
  await expect(cell(page, 2).locator('td')).toHaveCount(6);
  await expect(cell(page, 0).locator('.katex')).toBeVisible();
  expect(await page.locator('[data-first-cells] script').count()).toBe(0);
  const html = await (await page.request.get(`${server.origin}/n/quiet.ipynb`)).text();
  expect(html).not.toContain('alert(1)');
  await context.close();
});

test('a notebook that is none, or is not there, has no first cells, and the page says why', async ({
  page,
  server,
}) => {
  writeFileSync(join(server.place.workspace, 'broken.ipynb'), '{"cells": [');
  await page.goto(`${server.origin}/n/broken.ipynb`);
  await expect(page.locator('main[data-notebook]')).toHaveAttribute('data-doc-state', 'text');
  await expect(page.locator('[data-first-cells]')).toHaveCount(0);
  await page.goto(`${server.origin}/n/nowhere.ipynb`);
  await expect(page.locator('main[data-notebook]').getByRole('alert')).toBeVisible();
  const stranger = await page.context().browser()?.newContext();
  const answer = await stranger?.request.get(`${server.origin}/n/broken.ipynb`, { maxRedirects: 0 });
  expect(answer?.status()).toBe(303);
  await stranger?.close();
});

test('the live cells take over without a move', async ({ page, server }) => {
  writeShow(server, 'still.ipynb');
  await page.addInitScript(() => {
    const shifts: { value: number; what: string }[] = [];
    Object.assign(window, { shifts });
    type Shift = PerformanceEntry & { value: number; sources: { node: Node | null }[] };
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as Shift[])
        shifts.push({
          value: entry.value,
          what: entry.sources.map(({ node }) => (node instanceof Element ? node.outerHTML.slice(0, 80) : '')).join(' '),
        });
    }).observe({ type: 'layout-shift', buffered: true });
  });
  const open = await holdLine(page);
  await page.goto(`${server.origin}/n/still.ipynb`);
  await expect(cell(page, 2).locator('td')).toHaveCount(6);
  await page.evaluate(() => document.fonts.ready);
  const before = await boxes(page);
  expect(before.length).toBe(6);
  open();
  await ready(page);
  await expect(page.locator('[data-first-cells]')).toHaveCount(0);
  const after = await boxes(page);
  for (const [index, box] of before.entries())
    for (const side of ['x', 'y', 'width', 'height'] as const)
      expect(Math.abs(box[side] - (after[index]?.[side] ?? 1e9)), `${side} of cell ${index}`).toBeLessThanOrEqual(1);
  const shifts = await page.evaluate(() => (window as unknown as { shifts: { value: number; what: string }[] }).shifts);
  expect(
    shifts.reduce((sum, { value }) => sum + value, 0),
    JSON.stringify(shifts),
  ).toBeLessThan(0.01);
});

test('the page that the server sends is taken over as it is: on a Mac, and with a cell that runs', async ({
  browser,
  server,
}) => {
  const userAgent = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36';
  const context = await signIn(browser, server, { userAgent });
  writeNotebookFile(server.place.workspace, 'mac.ipynb', ['import time; time.sleep(600)']);
  const page = await context.newPage();
  const errors = watchErrors(page);
  await page.goto(`${server.origin}/n/mac.ipynb`);
  await ready(page);
  await page.keyboard.press('Control+Enter');
  await expect(cell(page, 0)).toHaveAttribute('data-run-state', 'running', { timeout: 60_000 });
  await page.reload();
  // React throws away all of a page that it finds another than its own.
  await expect(cell(page, 0)).toHaveAttribute('data-run-state', 'running');
  await ready(page);
  await expect(page.getByRole('contentinfo')).toContainText('Commands ⇧⌘P');
  await page.goto(server.origin);
  await expect(page.getByText('Everything has a command: ⇧⌘P')).toBeVisible();
  expect(errors).toEqual([]);
  await context.close();
});

test('what is clicked and typed before the notebook is open is kept, and can be undone', async ({ page, server }) => {
  const file = writeShow(server, 'early.ipynb');
  const open = await holdLine(page);
  await page.goto(`${server.origin}/n/early.ipynb`);
  await cell(page, 1)
    .locator('[data-cell-editor]')
    .click({ position: { x: 200, y: 40 } });
  await page.keyboard.press('End');
  await page.keyboard.type('\nearly = 2');
  await expect(cell(page, 1).locator('textarea')).toHaveValue('print("<b>hello</b>")\nx = 1\nearly = 2');
  open();
  await ready(page);
  await page.keyboard.type('3');
  const lines = cell(page, 1).locator('.view-line');
  await expect(lines).toHaveCount(3);
  await expect(lines.nth(2)).toHaveText(/early\s=\s23/);
  await page.keyboard.type('4');
  await expect(lines.nth(2)).toHaveText(/early\s=\s234/);
  await runAction(page, 'Save the notebook');
  await expect.poll(() => joined(readNotebookFile(file).cells[1]?.source)).toContain('early = 234');
  await cell(page, 1).locator('.view-lines').click();
  for (let step = 0; step < 6; step++) await page.keyboard.press('Control+z');
  await expect(lines).toHaveCount(2);
  await expect(lines.nth(1)).toHaveText(/^x\s=\s1$/);
});

test('a click that began before the notebook was open ends in the cell where it began', async ({ page, server }) => {
  writeShow(server, 'press.ipynb');
  const open = await holdLine(page);
  await page.goto(`${server.origin}/n/press.ipynb`);
  const box = await cell(page, 1).locator('[data-first-source]').boundingBox();
  await page.mouse.move((box?.x ?? 0) + 200, (box?.y ?? 0) + 40);
  await page.mouse.down();
  open();
  // By then the live cells would be here.
  await page.waitForTimeout(3_000);
  await expect(page.locator('[data-first-cells]')).toHaveCount(1);
  await page.mouse.up();
  await ready(page);
  await expect(page.locator('[data-first-cells]')).toHaveCount(0);
  await page.keyboard.type('dd');
  await expect(cell(page, 1).locator('[data-cell-editor]')).toContainText('x = 1dd');
});

test('a click at any moment of a load on a slow machine opens the cell, and what is typed next is there', async ({
  page,
  server,
}) => {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  for (const [round, wait] of [0, 150, 300, 600].entries()) {
    writeNotebookFile(server.place.workspace, `moment-${round}.ipynb`, ['first = 1', 'second = 2']);
    await page.goto(`${server.origin}/n/moment-${round}.ipynb`, { waitUntil: 'commit' });
    const source = cell(page, 0).locator('[data-cell-editor]');
    await source.waitFor();
    await page.waitForTimeout(wait);
    await source.click({ position: { x: 40, y: 12 }, force: true, noWaitAfter: true });
    await page.keyboard.insertText('typed');
    await expect(source).toContainText('typed');
  }
});

test('Enter and keys of command mode are not lost either', async ({ page, server }) => {
  writeShow(server, 'keys.ipynb');
  const open = await holdLine(page);
  await page.goto(`${server.origin}/n/keys.ipynb`);
  await expect(cell(page, 0)).toBeVisible();
  await cell(page, 1).locator('[data-cell-outputs]').click();
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  open();
  await ready(page);
  await expect(cell(page, 3)).toHaveAttribute('aria-current', 'true');
  await page.goto('about:blank');

  const openAgain = await holdLine(page);
  await page.goto(`${server.origin}/n/keys.ipynb`);
  await cell(page, 1).locator('[data-cell-outputs]').click();
  await page.keyboard.press('Enter');
  await page.keyboard.type('#');
  openAgain();
  await ready(page);
  await expect(cell(page, 1).locator('[data-cell-editor]')).toContainText('x = 1#');
});

test('a cold load stays within its bytes', async ({ browser, server }) => {
  const cells = Array.from({ length: 100 }, (_, index) => `x${index} = ${index}\nx${index}`);
  writeNotebookFile(server.place.workspace, 'bytes.ipynb', cells);
  const signedIn = await signIn(browser, server);
  const fresh = await browser.newContext({
    storageState: await signedIn.storageState(),
    viewport: { width: 1440, height: 900 },
  });
  await signedIn.close();
  const cold = await load(fresh, server);
  const list = cold.files.map(({ url, bytes }) => `${bytes} ${url}`).join('\n');
  expect(cold.files.length, list).toBeGreaterThan(10);
  expect(cold.bytes, list).toBeLessThanOrEqual(mostBytes);
  for (const { url, encoding, bytes } of cold.files)
    if (/\.(js|css)$/.test(url) && bytes > 2_000) expect(encoding, url).toBe('br');
  // The second time only the page itself and what it asks the server are sent.
  const warm = await load(fresh, server);
  expect(warm.bytes).toBeLessThan(60_000);
  await fresh.close();
});

type Loaded = { bytes: number; files: { url: string; bytes: number; encoding: string | undefined }[] };

/** Opens the notebook until its first cell can be typed into with the real editor. */
async function load(context: BrowserContext, server: Farfield): Promise<Loaded> {
  const page = await context.newPage();
  const errors = watchErrors(page);
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  const known = new Map<string, { url: string; encoding: string | undefined }>();
  const files: Loaded['files'] = [];
  session.on('Network.responseReceived', ({ requestId, response }) => {
    const { pathname } = new URL(response.url);
    known.set(requestId, { url: pathname, encoding: response.headers['Content-Encoding'] });
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const file = known.get(requestId);
    if (file !== undefined && encodedDataLength > 0) files.push({ ...file, bytes: encodedDataLength });
  });
  await page.goto(`${server.origin}/n/bytes.ipynb`);
  await ready(page);
  await cell(page, 1).locator('[data-cell-editor]').click();
  await cell(page, 1).locator('.view-line').first().waitFor();
  await page.keyboard.type('#');
  await expect(cell(page, 1).locator('.view-lines')).toContainText('#');
  await page.keyboard.press('Backspace');
  await page.close();
  expect(errors).toEqual([]);
  return { bytes: files.reduce((sum, { bytes }) => sum + bytes, 0), files };
}
