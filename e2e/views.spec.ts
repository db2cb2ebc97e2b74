import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { cell, expect, openNotebook, test } from './farfield.ts';
import { writeNotebookFile } from './notebook-fixture.ts';

const tabs = (page: Page, name: RegExp | string = /^Open files/) =>
  page.getByRole('navigation', { name }).getByRole('link');
const pane = (page: Page, place: 'first' | 'second') => page.locator(`[data-document][data-place="${place}"]`);

test('two panes: keys go to the focused one, and a reload brings both back', async ({ page, server }) => {
  writeNotebookFile(server.place.workspace, 'left.ipynb', ['l = 1']);
  writeNotebookFile(server.place.workspace, 'right.ipynb', ['r = 1']);
  await openNotebook(page, server, 'left.ipynb');
  await page.getByRole('treeitem', { name: 'right.ipynb' }).click({ modifiers: ['Alt'] });
  await expect(page).toHaveURL(/\/n\/right\.ipynb$/);
  const [left, right] = [pane(page, 'first'), pane(page, 'second')];
  await expect(right.locator('[data-doc-state="ready"]')).toBeVisible();
  await expect(left.locator('main')).toHaveAttribute('data-cell-count', '1');
  await right.locator('[data-cell-id]').first().click();
  await page.keyboard.press('Escape');
  await page.keyboard.press('b');
  await expect(right.locator('main')).toHaveAttribute('data-cell-count', '2');
  await expect(left.locator('main')).toHaveAttribute('data-cell-count', '1');
  // A mark in the page shows that nothing is mounted anew when the focus changes.
  await left.locator('main').evaluate((element) => element.setAttribute('data-mark', ''));
  await page.keyboard.press('F6');
  await expect(page).toHaveURL(/\/n\/left\.ipynb$/);
  await expect(left.locator('[data-cell-id]').first()).toBeFocused();
  await page.keyboard.press('b');
  await page.keyboard.press('b');
  await expect(left.locator('main')).toHaveAttribute('data-cell-count', '3');
  await expect(right.locator('main')).toHaveAttribute('data-cell-count', '2');
  await expect(left.locator('main[data-mark]')).toBeVisible();
  const separator = page.getByRole('separator', { name: /first pane/ });
  await separator.focus();
  await page.keyboard.press('ArrowRight');
  await expect(separator).toHaveAttribute('aria-valuenow', '52');
  await page.reload();
  await expect(separator).toHaveAttribute('aria-valuenow', '52');
  await expect(left.locator('main')).toHaveAttribute('data-cell-count', '3');
  await expect(right.locator('main')).toHaveAttribute('data-cell-count', '2');
});

test('a document that fails leaves the other one and the frame as they are', async ({ server, signedIn }) => {
  writeNotebookFile(server.place.workspace, 'sound.ipynb', ['s = 1']);
  writeNotebookFile(server.place.workspace, 'failing.ipynb', ['f = 1']);
  const page = await signedIn.newPage();
  await openNotebook(page, server, 'sound.ipynb');
  await page.evaluate(() => {
    const { observe } = ResizeObserver.prototype;
    let fails = true;
    Object.assign(window, { mend: () => (fails = false) });
    ResizeObserver.prototype.observe = function (target, options) {
      if (fails && target.matches('[data-notebook-scroller]')) throw new Error('planted');
      observe.call(this, target, options);
    };
  });
  await page.getByRole('treeitem', { name: 'failing.ipynb' }).click({ modifiers: ['Alt'] });
  const [sound, failing] = [pane(page, 'first'), pane(page, 'second')];
  await expect(failing.getByRole('alert')).toContainText('The cause: planted');
  await sound.locator('[data-cell-id]').first().click();
  await page.keyboard.press('Escape');
  await page.keyboard.press('b');
  await expect(sound.locator('main')).toHaveAttribute('data-cell-count', '2');
  await page.evaluate(() => (window as unknown as { mend: () => void }).mend());
  await failing.getByRole('button', { name: 'Try again' }).click();
  await expect(failing.locator('[data-cell-id]')).toHaveCount(1);
});

test('tabs: the address follows, back goes back, middle click closes, a closed one comes again', async ({
  page,
  server,
}) => {
  for (const name of ['t1', 't2', 't3']) writeNotebookFile(server.place.workspace, `${name}.ipynb`, [`${name} = 1`]);
  await openNotebook(page, server, 't1.ipynb');
  await page.getByRole('treeitem', { name: 't2.ipynb' }).click();
  await expect(page).toHaveURL(/t2\.ipynb$/);
  await expect(page).toHaveTitle(/^t2\.ipynb/);
  await expect(cell(page, 0)).toContainText('t2 = 1');
  await page.getByRole('treeitem', { name: 't3.ipynb' }).click();
  await expect(cell(page, 0)).toContainText('t3 = 1');
  await expect(tabs(page)).toHaveText(['t1.ipynb', 't2.ipynb', 't3.ipynb']);
  await page.goBack();
  await expect(page).toHaveURL(/t2\.ipynb$/);
  await expect(cell(page, 0)).toContainText('t2 = 1');
  await page.keyboard.press('Alt+Shift+PageUp');
  await expect(tabs(page)).toHaveText(['t2.ipynb', 't1.ipynb', 't3.ipynb']);
  await tabs(page).nth(1).click({ button: 'middle' });
  await expect(tabs(page)).toHaveText(['t2.ipynb', 't3.ipynb']);
  await page.keyboard.press('Alt+Shift+T');
  await expect(tabs(page)).toHaveText(['t2.ipynb', 't3.ipynb', 't1.ipynb']);
  await expect(cell(page, 0)).toContainText('t1 = 1');
  await tabs(page)
    .nth(2)
    .dragTo(tabs(page).nth(0), { targetPosition: { x: 4, y: 10 } });
  await expect(tabs(page)).toHaveText(['t1.ipynb', 't2.ipynb', 't3.ipynb']);
  await tabs(page).nth(0).hover();
  await page.mouse.down();
  await page.mouse.move(900, 300, { steps: 5 });
  // The place to drop it appears with the drag.
  await page.mouse.move(1200, 400, { steps: 20 });
  await page.mouse.up();
  await expect(tabs(page, /other pane/)).toHaveText(['t2.ipynb', 't3.ipynb']);
  await expect(tabs(page, /this pane/)).toHaveText(['t1.ipynb']);
  await page.reload();
  await expect(tabs(page, /other pane/)).toHaveText(['t2.ipynb', 't3.ipynb']);
  await tabs(page, /this pane/).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Close all' }).click();
  await expect(tabs(page)).toHaveText(['t2.ipynb', 't3.ipynb']);
});

const fileText = (page: Page) =>
  page.locator('[data-file-editor] [role="textbox"], [data-file-editor] textarea').first();

async function openFilePage(page: Page, server: { readonly origin: string }, path: string) {
  await page.goto(`${server.origin}/f/${path}`);
  await expect(page.locator('main[data-file]')).not.toHaveAttribute('data-file', 'loading');
}

test('a text is edited and saved to the byte: mark, CRLF and last line as they were', async ({ page, server }) => {
  const file = join(server.place.workspace, 'windows.txt');
  writeFileSync(file, '\uFEFFone\r\ntwo\nthree\r\nfour');
  await openFilePage(page, server, 'windows.txt');
  await fileText(page).focus();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('zero ');
  await expect(page.getByRole('img', { name: 'unsaved changes' })).toBeVisible();
  await expect(page.locator('[data-file-detail]')).toHaveText('not saved, kept in this browser');
  expect(readFileSync(file, 'utf8')).toBe('\uFEFFone\r\ntwo\nthree\r\nfour');
  // The draft outlives the page.
  await page.waitForTimeout(600);
  await page.reload();
  await expect(page.locator('[data-file-editor]')).toContainText('zero one');
  await expect(page.getByRole('img', { name: 'unsaved changes' })).toBeVisible();
  await fileText(page).focus();
  await page.keyboard.press('Control+s');
  await expect(page.locator('[data-file-detail]')).toHaveText('saved');
  expect(readFileSync(file, 'utf8')).toBe('\uFEFFzero one\r\ntwo\nthree\r\nfour');
  await expect(page.getByRole('img', { name: 'unsaved changes' })).toBeHidden();
});

test('unsaved text outlives the preview and a move of its file, and can be undone after the preview', async ({
  page,
  server,
}) => {
  const { workspace } = server.place;
  mkdirSync(join(workspace, 'kept'));
  writeFileSync(join(workspace, 'draft.md'), 'base\n');
  await openFilePage(page, server, 'draft.md');
  const preview = page.getByRole('region', { name: 'Preview' });
  await fileText(page).focus();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('mine');
  await page.getByRole('button', { name: 'Preview', exact: true }).click();
  await expect(preview).toHaveText('minebase');
  await page.getByRole('button', { name: 'Text', exact: true }).click();
  await expect(page.locator('[data-file-editor]')).toContainText('minebase');
  await fileText(page).focus();
  await page.keyboard.press('Control+z');
  await expect(page.locator('[data-file-editor]')).not.toContainText('mine');
  await page.keyboard.press('Control+y');
  const row = (name: string) => page.getByRole('treeitem', { name });
  await row('draft.md').dragTo(row('kept'));
  await expect(page).toHaveURL(/\/f\/kept\/draft\.md$/);
  await expect(page.locator('[data-file-editor]')).toContainText('minebase');
  // The address is there before its page.
  await page.getByRole('textbox', { name: 'Text of kept/draft.md' }).focus();
  await page.keyboard.press('Control+s');
  await expect.poll(() => readFileSync(join(workspace, 'kept', 'draft.md'), 'utf8')).toBe('minebase\n');
  await expect(page.locator('[data-file-detail]')).toHaveText('saved');
  // Nothing is left behind for a new file of the old name.
  expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes('draft')))).toEqual([]);
});

for (const [choice, mine, copies] of [
  ['Take theirs', 'theirs\n', 0],
  ['Overwrite', 'mine base\n', 0],
  ['Keep mine as a copy', 'theirs\n', 1],
] as const) {
  test(`a text that was changed on disk: ${choice}`, async ({ page, server }) => {
    const name = `clash ${choice}`;
    const file = join(server.place.workspace, `${name}.txt`);
    writeFileSync(file, 'base\n');
    await openFilePage(page, server, `${encodeURIComponent(name)}.txt`);
    await fileText(page).focus();
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('mine ');
    writeFileSync(file, 'theirs\n');
    await page.keyboard.press('Control+s');
    const conflict = page.getByRole('region', { name: 'Conflict with the file on disk' });
    await expect(conflict).toBeVisible();
    expect(readFileSync(file, 'utf8')).toBe('theirs\n');
    await conflict.getByRole('button', { name: choice }).click();
    await expect(conflict).toBeHidden();
    await expect.poll(() => readFileSync(file, 'utf8')).toBe(mine);
    const copy = join(server.place.workspace, `${name} (mine).txt`);
    await expect.poll(() => existsSync(copy)).toBe(copies === 1);
    if (copies === 1) expect(readFileSync(copy, 'utf8')).toBe('mine base\n');
    else await expect(page.locator('[data-file-editor]')).toContainText(mine.trim());
  });
}

test('a table of 200,000 rows: the page stays small, its end is reached, the place survives a reload', async ({
  page,
  server,
}) => {
  const rows = Array.from({ length: 200_000 }, (_, row) => `${row},"name, ${row}",${row * 2}`);
  writeFileSync(join(server.place.workspace, 'large.csv'), `id,name,double\r\n${rows.join('\r\n')}\r\n`);
  await openFilePage(page, server, 'large.csv');
  const table = page.getByRole('table');
  await expect(page.getByText('The first 100,000 rows are shown.')).toBeVisible({ timeout: 60_000 });
  await expect(table).toHaveAttribute('data-table-rows', '100000');
  await expect(table.getByRole('columnheader', { name: 'name' })).toBeVisible();
  await expect(table.getByRole('cell', { name: 'name, 3', exact: true })).toBeVisible();
  expect(await page.locator('*').count()).toBeLessThan(1500);
  await table.focus();
  await page.keyboard.press('End');
  await expect(table.getByRole('cell', { name: 'name, 99999', exact: true })).toBeVisible();
  expect(await page.locator('*').count()).toBeLessThan(1500);
  await table.evaluate((element) => element.scrollTo(0, 26 * 50_000));
  await expect(table.getByRole('cell', { name: 'name, 50003', exact: true })).toBeVisible();
  await page.waitForTimeout(600);
  await page.reload();
  await expect(table.getByRole('cell', { name: 'name, 50003', exact: true })).toBeVisible({ timeout: 60_000 });
});

test('Markdown beside its text, an image, a drawing that runs nothing, a binary and a long text', async ({
  page,
  server,
}) => {
  const { workspace } = server.place;
  writeFileSync(join(workspace, 'note.md'), '# Heading\n\nSome *text*\n\n<script>document.title = "bad"</script>\n');
  await openFilePage(page, server, 'note.md');
  const preview = page.getByRole('region', { name: 'Preview' });
  await expect(preview.getByRole('heading', { name: 'Heading' })).toBeVisible();
  await fileText(page).focus();
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('End');
  await page.keyboard.type(' two');
  await expect(preview.getByRole('heading', { name: 'Heading two' })).toBeVisible();
  await page.keyboard.press('Control+s');
  await expect(page.locator('[data-file-detail]')).toHaveText('saved');
  await expect(page).not.toHaveTitle('bad');

  const pixel =
    'iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mP8z8BQz0AEYBxVSF+FABJADveWkH6oAAAAAElFTkSuQmCC';
  writeFileSync(join(workspace, 'dot.png'), Buffer.from(pixel, 'base64'));
  await openFilePage(page, server, 'dot.png');
  await expect(page.locator('[data-file-detail]')).toContainText('10 × 10');

  writeFileSync(
    join(workspace, 'drawing.svg'),
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30" onload="document.title=1"><script>alert(1)</script><rect width="9" height="9"/></svg>',
  );
  await openFilePage(page, server, 'drawing.svg');
  await expect(page.locator('[data-file-detail]')).toContainText('40 × 30');
  await page.getByRole('button', { name: 'Text', exact: true }).click();
  await expect(page.locator('[data-file-editor]')).toContainText('<script>');

  writeFileSync(join(workspace, 'odd.bin'), Buffer.from([0x46, 0x41, 0x52, 0, 1, 2, 255]));
  await openFilePage(page, server, 'odd.bin');
  await expect(page.getByText('The file is binary.')).toBeVisible();
  await expect(page.getByText('46 41 52 00 01 02 ff')).toBeVisible();

  writeFileSync(join(workspace, 'long.log'), Array.from({ length: 600_000 }, (_, line) => `line ${line}`).join('\n'));
  await openFilePage(page, server, 'long.log');
  await expect(page.locator('pre[data-part="0"]')).toContainText('line 1');
  await page.getByRole('button', { name: 'Last part' }).click();
  await expect(page.locator('pre[data-part]')).toContainText('line 599999');

  await openFilePage(page, server, 'nowhere.txt');
  await expect(page.getByText('“nowhere.txt” does not exist.')).toBeVisible();
});
