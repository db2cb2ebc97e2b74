import { AxeBuilder } from '@axe-core/playwright';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { cell, expect, Farfield, newPlace, openNotebook, runAction, signIn, test } from './farfield.ts';
import { writeNotebookFile } from './notebook-fixture.ts';

const tree = (page: Page) => page.getByRole('tree', { name: 'Files' });
const row = (page: Page, path: string) => tree(page).locator(`[data-path="${quoted(path)}"]`);
const quoted = (text: string) => text.replaceAll(/["\\]/g, '\\$&');
const uploadsPanel = (page: Page) => page.getByRole('region', { name: 'Uploads' });
const hiddenIn = (folder: string) => readdirSync(folder).filter((name) => name.startsWith('.farfield-'));

async function start(page: Page, server: Farfield): Promise<void> {
  await page.goto(`${server.origin}/`);
  await expect(tree(page)).toBeVisible();
}

/** Bytes of the person's computer, not of the workspace. */
function ownFile(name: string, size: number): { readonly path: string; readonly bytes: Buffer } {
  const path = join(mkdtempSync(join(tmpdir(), 'farfield-own-')), name);
  const bytes = randomBytes(size);
  writeFileSync(path, bytes);
  return { path, bytes };
}

async function choose(page: Page, path: string): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Upload files…' }).first().click();
  await (await chooser).setFiles(path);
}

/** As over a line that takes this many bytes per second. */
async function throttle(page: Page, bytesPerSecond: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: bytesPerSecond,
  });
}

/** Offsets at which pieces were sent. */
function watchOffsets(page: Page): number[] {
  const offsets: number[] = [];
  page.on('request', (request) => {
    const offset = /\/uploads\/[0-9a-f]+\?offset=(\d+)$/.exec(request.url())?.[1];
    if (offset !== undefined) offsets.push(Number(offset));
  });
  return offsets;
}

test('20,000 files in a folder: few rows in the page, every one in reach', async ({ browser }) => {
  // A workspace of its own: the last row is the last file.
  const server = await Farfield.start(newPlace());
  const context = await signIn(browser, server);
  const page = await context.newPage();
  const folder = join(server.place.workspace, 'many');
  mkdirSync(folder);
  for (let at = 0; at < 20_000; at += 1) writeFileSync(join(folder, `run-${at}.csv`), '');
  await start(page, server);
  await row(page, 'many').click();
  await expect(row(page, 'many/run-0.csv')).toBeVisible();
  const mounted = () => tree(page).getByRole('treeitem').count();
  expect(await mounted()).toBeLessThan(120);

  await page.keyboard.press('End');
  await expect(row(page, 'many/run-19999.csv')).toBeInViewport();
  const last = row(page, 'many/run-19999.csv');
  await expect(last).toHaveAttribute('aria-posinset', '20000');
  await expect(last).toHaveAttribute('aria-setsize', '20000');
  await expect(tree(page)).toHaveAttribute('aria-activedescendant', (await last.getAttribute('id')) ?? 'none');
  expect(await mounted()).toBeLessThan(120);
  await page.keyboard.press('PageUp');
  await expect(last).not.toHaveAttribute('data-active', '');
  await page.keyboard.type('run-777');
  await expect(row(page, 'many/run-777.csv')).toBeInViewport();
  await expect(row(page, 'many/run-777.csv')).toHaveAttribute('data-active', '');
  await page.keyboard.press('Home');
  await expect(row(page, 'many')).toBeInViewport();

  // A file that comes is shown without the row that the keyboard is at going away.
  writeFileSync(join(folder, 'run-0 again.csv'), '');
  await runAction(page, 'List the files again');
  await expect(row(page, 'many/run-0 again.csv')).toBeAttached();
  await context.close();
  await server.stop();
});

test('the filter finds names everywhere and is left with Escape', async ({ page, server }) => {
  mkdirSync(join(server.place.workspace, 'closed', 'deeper'), { recursive: true });
  writeFileSync(join(server.place.workspace, 'closed', 'deeper', 'Quarterly sales.csv'), '');
  writeFileSync(join(server.place.workspace, 'quarter.txt'), '');
  await start(page, server);
  await tree(page).focus();
  await page.keyboard.press('/');
  const field = page.getByRole('textbox', { name: 'Filter files by name' });
  await expect(field).toBeFocused();
  await page.keyboard.type('quarter');
  await expect(row(page, 'closed/deeper/Quarterly sales.csv')).toContainText('closed/deeper');
  await expect(page.getByText('2 found')).toBeVisible();
  await page.keyboard.type(' sales');
  await expect(tree(page).getByRole('treeitem')).toHaveCount(1);
  await page.keyboard.press('Escape');
  await expect(row(page, 'quarter.txt')).toBeVisible();
  await expect(field).toHaveValue('');
  await expect(tree(page)).toBeFocused();
});

test('a notebook that is open moves by drag and goes on; the toast takes it back', async ({ page, server }) => {
  const { workspace } = server.place;
  mkdirSync(join(workspace, 'target'));
  writeNotebookFile(workspace, 'moving.ipynb', ['a = 1']);
  await openNotebook(page, server, 'moving.ipynb');
  await cell(page, 0).locator('[data-cell-editor]').click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('2');
  await page.keyboard.press('Escape');
  await page.keyboard.press('b');
  await expect(page.locator('[data-cell-id]')).toHaveCount(2);
  await row(page, 'moving.ipynb').dragTo(row(page, 'target'));
  await expect(row(page, 'target/moving.ipynb')).toBeVisible();
  await expect(page).toHaveURL(/\/n\/target\/moving\.ipynb$/);
  await expect(page.locator('main[data-notebook]')).toHaveAttribute('data-doc-state', 'ready');
  expect(existsSync(join(workspace, 'target', 'moving.ipynb'))).toBe(true);
  // What was done before can be taken back, and the place is the same.
  await expect(cell(page, 1)).toHaveAttribute('aria-current', 'true');
  await cell(page, 0).focus();
  await page.keyboard.press('z');
  await expect(page.locator('[data-cell-id]')).toHaveCount(1);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Escape');
  await expect(cell(page, 0).locator('[data-source-text]')).toHaveText('a = 1');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page).toHaveURL(/\/n\/moving\.ipynb$/);
  expect(existsSync(join(workspace, 'moving.ipynb'))).toBe(true);
});

test('cut and paste move several; a namesake stays and is named', async ({ page, server }) => {
  const { workspace } = server.place;
  mkdirSync(join(workspace, 'into'));
  for (const name of ['cut-a.txt', 'cut-b.txt', 'into/cut-b.txt']) writeFileSync(join(workspace, name), name);
  await start(page, server);
  await row(page, 'cut-a.txt').click();
  await row(page, 'cut-b.txt').click({ modifiers: ['ControlOrMeta'] });
  await expect(row(page, 'cut-a.txt')).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('ControlOrMeta+x');
  await row(page, 'into').click();
  await page.keyboard.press('ControlOrMeta+v');
  await expect(row(page, 'into/cut-a.txt')).toBeVisible();
  await expect(page.getByText('“cut-b.txt” was not moved').first()).toBeVisible();
  expect(readFileSync(join(workspace, 'into', 'cut-b.txt'), 'utf8')).toBe('into/cut-b.txt');
  expect(readFileSync(join(workspace, 'cut-b.txt'), 'utf8')).toBe('cut-b.txt');
});

test('move to a folder that is found by its name', async ({ page, server }) => {
  const { workspace } = server.place;
  mkdirSync(join(workspace, 'archive', 'year'), { recursive: true });
  writeFileSync(join(workspace, 'old.txt'), '');
  await start(page, server);
  await row(page, 'old.txt').click();
  await tree(page).focus();
  await page.keyboard.press('ControlOrMeta+Shift+m');
  await page.getByRole('combobox', { name: /Move “old.txt” to/ }).fill('year');
  await expect(page.getByRole('option', { name: /year/ })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(row(page, 'archive/year/old.txt')).toBeVisible();
});

test('duplicate, trash several, undo', async ({ page, server }) => {
  const { workspace } = server.place;
  writeNotebookFile(workspace, 'twin.ipynb', ['a = 1']);
  await start(page, server);
  await row(page, 'twin.ipynb').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Duplicate' }).click();
  await expect(row(page, 'twin copy.ipynb')).toBeVisible();
  await tree(page).focus();
  await page.keyboard.press('ControlOrMeta+d');
  await expect(row(page, 'twin copy 2.ipynb')).toBeVisible();
  expect(readFileSync(join(workspace, 'twin copy 2.ipynb'), 'utf8')).toBe(
    readFileSync(join(workspace, 'twin.ipynb'), 'utf8'),
  );
  // “twin copy 2” stands before “twin copy”.
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Delete');
  await expect(page.getByText('2 files are in the trash').first()).toBeVisible();
  await expect(tree(page).locator('[data-path^="twin"]')).toHaveCount(1);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(tree(page).locator('[data-path^="twin"]')).toHaveCount(3);
});

test('the trash gives back, and deletes for good', async ({ page, server }) => {
  const { workspace } = server.place;
  for (const name of ['back.txt', 'gone.txt']) writeFileSync(join(workspace, name), name);
  await start(page, server);
  for (const name of ['back.txt', 'gone.txt']) {
    await row(page, name).click();
    await tree(page).focus();
    await page.keyboard.press('Delete');
    await expect(row(page, name)).toHaveCount(0);
  }
  await runAction(page, 'Show the trash');
  await page.getByRole('button', { name: 'Restore back.txt' }).click();
  await expect.poll(() => existsSync(join(workspace, 'back.txt'))).toBe(true);
  await page.getByRole('button', { name: 'Delete gone.txt for good' }).click();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Restore gone.txt' })).toHaveCount(0);
});

test('files dropped on a folder are uploaded into it', async ({ page, server }) => {
  const { workspace } = server.place;
  mkdirSync(join(workspace, 'inbox'));
  await start(page, server);
  const transfer = await page.evaluateHandle(() => {
    const dropped = new DataTransfer();
    dropped.items.add(new File(['hello'], 'dropped.txt'));
    dropped.items.add(new File([''], '<img src=x onerror=alert(1)>.csv'));
    return dropped;
  });
  for (const type of ['dragenter', 'dragover', 'drop'])
    await row(page, 'inbox').dispatchEvent(type, { dataTransfer: transfer });
  await expect
    .poll(() => readdirSync(join(workspace, 'inbox')).toSorted())
    .toEqual(['<img src=x onerror=alert(1)>.csv', 'dropped.txt']);
  expect(readFileSync(join(workspace, 'inbox', 'dropped.txt'), 'utf8')).toBe('hello');
  await expect(uploadsPanel(page)).toContainText('Uploaded: 2 files');
  await row(page, 'inbox').click();
  await expect(row(page, 'inbox/<img src=x onerror=alert(1)>.csv')).toBeVisible();
  await expect(tree(page).locator('img')).toHaveCount(0);
});

test('a folder is uploaded with its folders', async ({ page, server }) => {
  const own = mkdtempSync(join(tmpdir(), 'farfield-own-'));
  mkdirSync(join(own, 'project', 'data'), { recursive: true });
  writeFileSync(join(own, 'project', 'data', 'x.csv'), 'x');
  await start(page, server);
  const chooser = page.waitForEvent('filechooser');
  await runAction(page, 'Upload a folder');
  await (await chooser).setFiles(join(own, 'project'));
  await expect.poll(() => existsSync(join(server.place.workspace, 'project', 'data', 'x.csv'))).toBe(true);
  await expect(row(page, 'project')).toBeVisible();
});

test('a taken name is asked about: both are kept, or the old one goes to the trash', async ({ page, server }) => {
  const { workspace } = server.place;
  writeFileSync(join(workspace, 'taken.bin'), 'old');
  const own = ownFile('taken.bin', 1000);
  await start(page, server);
  await choose(page, own.path);
  await page.getByRole('button', { name: 'Keep both' }).click();
  await expect(row(page, 'taken 2.bin')).toBeVisible();
  expect(readFileSync(join(workspace, 'taken.bin'), 'utf8')).toBe('old');
  await choose(page, own.path);
  await page.getByRole('button', { name: 'Replace' }).click();
  await expect.poll(() => readFileSync(join(workspace, 'taken.bin')).equals(own.bytes)).toBe(true);
  await runAction(page, 'Show the trash');
  await expect(page.getByText(/overwritten/).last()).toBeVisible();
});

test('an upload shows progress and leaves nothing behind when it is cancelled', async ({ page, server }) => {
  const own = ownFile('cancelled.bin', 96 * 1024 * 1024);
  await start(page, server);
  await throttle(page, 4 * 1024 * 1024);
  await choose(page, own.path);
  const bar = uploadsPanel(page).getByRole('progressbar', { name: 'All uploads' });
  await expect.poll(async () => Number(await bar.getAttribute('aria-valuenow'))).toBeGreaterThan(2);
  await expect(uploadsPanel(page)).toContainText(/[kM]B\/s/);
  expect(hiddenIn(server.place.workspace)).toHaveLength(1);
  await page.getByRole('button', { name: 'Cancel cancelled.bin' }).click();
  await expect.poll(() => hiddenIn(server.place.workspace)).toEqual([]);
  expect(existsSync(join(server.place.workspace, 'cancelled.bin'))).toBe(false);
});

for (const trouble of ['the server was killed', 'the page was loaded again'] as const)
  test(`an upload goes on where it was after ${trouble}`, async ({ browser }) => {
    const place = newPlace();
    let server = await Farfield.start(place);
    const { port } = server;
    const context = await signIn(browser, server);
    const page = await context.newPage();
    page.on('dialog', (dialog) => void dialog.accept());
    const own = ownFile('large.bin', 64 * 1024 * 1024);
    const offsets = watchOffsets(page);
    try {
      await start(page, server);
      await throttle(page, 8 * 1024 * 1024);
      await choose(page, own.path);
      const bar = uploadsPanel(page).getByRole('progressbar', { name: 'All uploads' });
      await expect.poll(async () => Number(await bar.getAttribute('aria-valuenow'))).toBeGreaterThan(8);
      offsets.length = 0;
      if (trouble === 'the server was killed') {
        await server.kill();
        await expect(uploadsPanel(page)).toContainText('Waits for the server');
        offsets.length = 0;
        server = await Farfield.start(place, { port });
      } else {
        await page.reload();
        offsets.length = 0;
        await choose(page, own.path);
      }
      await expect.poll(() => existsSync(join(place.workspace, 'large.bin')), { timeout: 60_000 }).toBe(true);
      expect(offsets[0]).toBeGreaterThan(2 * 1024 * 1024);
      expect(readFileSync(join(place.workspace, 'large.bin')).equals(own.bytes)).toBe(true);
      expect(hiddenIn(place.workspace)).toEqual([]);
    } finally {
      await context.close();
      await server.stop();
    }
  });

test('a download has the bytes', async ({ page, server }) => {
  const bytes = randomBytes(3 * 1024 * 1024);
  writeFileSync(join(server.place.workspace, 'down.bin'), bytes);
  await start(page, server);
  await row(page, 'down.bin').click({ button: 'right' });
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'Download' }).click();
  const path = await (await download).path();
  expect((await download).suggestedFilename()).toBe('down.bin');
  expect(readFileSync(path).equals(bytes)).toBe(true);
});

test('names that hide or turn text are shown as they are; axe finds nothing serious', async ({ page, server }) => {
  writeFileSync(join(server.place.workspace, 'report\u202Efdp.txt'), '');
  writeFileSync(join(server.place.workspace, `${'é'.repeat(125)}.csv`), '');
  await start(page, server);
  await expect(row(page, 'report\u202Efdp.txt')).toContainText('report‹U+202E›fdp.txt');
  const { violations } = await new AxeBuilder({ page }).include('nav').analyze();
  expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
});
