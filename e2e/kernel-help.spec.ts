import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { cell, expect, type Farfield, openNotebook, test, waitForRuns } from './farfield.ts';
import { joined, readNotebookFile, writeNotebookFile } from './notebook-fixture.ts';

const list = (page: Page) => page.locator('[data-editor-overflow] .suggest-widget.visible');
const rows = (page: Page) => list(page).locator('.monaco-list-row');
const tip = (page: Page) => page.getByRole('group', { name: 'Help on the name at the caret' });
const pager = (page: Page) => page.getByRole('dialog', { name: /help from the kernel/ });
const note = (page: Page) => page.locator('[data-caret-help="above"]');
/** The text of the cell that is edited; the editor shows blanks as no-break spaces. */
const editing = (page: Page) =>
  page.locator('[data-cell-editor] .view-lines').evaluate((lines) =>
    [...lines.querySelectorAll<HTMLElement>('.view-line')]
      .toSorted((one, other) => one.offsetTop - other.offsetTop)
      .map((line) => (line.textContent ?? '').replaceAll('\u00a0', ' '))
      .join('\n'),
  );

/** Opens a notebook, runs its first cell, and leaves the caret at the end of the second one. */
async function ready(page: Page, server: Farfield, path: string, first: string, ...rest: readonly string[]) {
  writeNotebookFile(server.place.workspace, path, [first, ...rest]);
  await openNotebook(page, server, path);
  await cell(page, 0).locator('[data-cell-editor]').click();
  await page.keyboard.press('Control+Enter');
  await expect(cell(page, 0)).toHaveAttribute('data-run-state', 'ok', { timeout: 90_000 });
  await edit(page, 1);
}

async function edit(page: Page, index: number) {
  await cell(page, index).locator('[data-cell-editor]').click();
  await expect(cell(page, index).locator('.monaco-editor').first()).toBeVisible();
  await page.keyboard.press('Control+End');
}

/** The first question of a kernel's life may take longer than its limit: asked until it is answered. */
async function tabUntil(page: Page, done: () => Promise<boolean>) {
  await expect(async () => {
    await page.keyboard.press('Tab');
    await expect.poll(done, { timeout: 5_000 }).toBe(true);
  }).toPass({ timeout: 60_000 });
}

test('Tab completes: a list that narrows by typing, one match at once, what all share', async ({ page, server }) => {
  await ready(page, server, 'complete.ipynb', 'import os', 'x = os.pa');
  await tabUntil(page, () => list(page).isVisible());
  await expect(rows(page).filter({ hasText: /^pathsep/ })).toBeVisible();
  await expect(rows(page).filter({ hasText: /^pardir/ })).toBeVisible();
  await page.keyboard.type('rd');
  await expect(rows(page)).toHaveCount(1);
  await page.keyboard.press('Enter');
  await expect.poll(() => editing(page)).toBe('x = os.pardir');
  await page.keyboard.type('\nos.getcw');
  await page.keyboard.press('Tab');
  await expect(list(page)).toBeVisible();
  await expect.poll(() => editing(page)).toBe('x = os.pardir\nos.getcwd');
  await page.keyboard.press('Escape');
  await expect(list(page)).toBeHidden();
  await expect(page.getByText(/^Ln 2, Col/)).toBeVisible();
  await page.keyboard.type('()\n"😀"; os.getegi');
  await page.keyboard.press('Tab');
  await expect.poll(() => editing(page)).toBe('x = os.pardir\nos.getcwd()\n"😀"; os.getegid');
});

test('the list takes the arrows and Escape, and is not cut off by the cell', async ({ page, server }) => {
  await ready(page, server, 'list.ipynb', 'import os', 'os.', 'last = 1');
  await tabUntil(page, () => list(page).isVisible());
  const box = await list(page).boundingBox();
  const own = await cell(page, 1).boundingBox();
  expect((box?.y ?? 0) + (box?.height ?? 0)).toBeGreaterThan((own?.y ?? 0) + (own?.height ?? 0));
  expect(await rows(page).count()).toBeLessThan(40);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(cell(page, 1)).toHaveAttribute('aria-current', 'true');
  await expect(list(page)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(list(page)).toBeHidden();
  await expect.poll(() => editing(page)).toBe('os.');
});

test('Tab at the beginning of a line indents', async ({ page, server }) => {
  await ready(page, server, 'indent.ipynb', 'a = 1', 'if a:\n');
  await page.keyboard.press('Tab');
  await page.keyboard.type('a');
  await expect.poll(() => editing(page)).toBe('if a:\n    a');
});

test('without a kernel the words of the notebook are offered, and none is started', async ({ page, server }) => {
  writeNotebookFile(server.place.workspace, 'words.ipynb', ['temperature_outside = 1', 'tempe', 'temperate = 2']);
  await openNotebook(page, server, 'words.ipynb');
  await edit(page, 1);
  await page.keyboard.press('Tab');
  await expect(rows(page)).toHaveCount(2);
  await expect(note(page)).toContainText('Words of this notebook');
  await page.keyboard.type('ture');
  await page.keyboard.press('Tab');
  await expect.poll(() => editing(page)).toBe('temperature_outside');
  await expect(page.locator('main[data-notebook]')).toHaveAttribute('data-kernel-state', 'none');
});

test('while a cell runs, completion, inspection and typing go on, and the run is not disturbed', async ({
  page,
  server,
}) => {
  await ready(page, server, 'busy.ipynb', 'import os, time', 'os.getcw', 'time.sleep(600)');
  await tabUntil(page, async () => (await editing(page)) === 'os.getcwd');
  await page.keyboard.press('Escape');
  await cell(page, 2).locator('[data-cell-editor]').click();
  await page.keyboard.press('Control+Enter');
  await expect(cell(page, 2)).toHaveAttribute('data-run-state', 'running');
  await edit(page, 1);
  await page.keyboard.type('\nos.getegi');
  await page.keyboard.press('Tab');
  await expect.poll(() => editing(page)).toBe('os.getcwd\nos.getegid');
  await page.keyboard.press('Shift+Tab');
  await expect(tip(page)).toContainText('effective group id');
  await expect(page.locator('main[data-notebook]')).toHaveAttribute('data-kernel-state', 'busy');
  await expect(cell(page, 2)).toHaveAttribute('data-run-state', 'running');
  await page.keyboard.press('Escape');
  await expect(tip(page)).toBeHidden();
  await page.keyboard.press('Escape');
  await page.keyboard.press('i');
  await page.keyboard.press('i');
  await waitForRuns(page);
});

test('a late answer is dropped: in another cell, behind other text; typing never waits', async ({ page, server }) => {
  const slow = [
    'import time',
    'class Slow:',
    '    def __dir__(self):',
    '        time.sleep(1.5)',
    '        return ["late_answer"]',
    's = Slow()',
    'quick_name = 1',
  ].join('\n');
  await ready(page, server, 'late.ipynb', slow, 'quick_na', '# here');
  await tabUntil(page, async () => (await editing(page)) === 'quick_name');
  await page.keyboard.type('\ns.la');
  await page.keyboard.press('Tab');
  await expect(note(page)).toContainText('Asking the kernel');
  await edit(page, 2);
  await page.keyboard.type(' typed');
  // A question asked later is answered later: by then the late answer has come.
  await page.keyboard.type('\nquick_na');
  await page.keyboard.press('Tab');
  await expect.poll(() => editing(page)).toBe('# here typed\nquick_name');
  await expect(list(page)).toBeHidden();
  await expect(cell(page, 1).locator('[data-cell-editor]')).not.toContainText('late_answer');
  await edit(page, 1);
  await page.keyboard.press('Tab');
  await page.keyboard.type(' + 1');
  await expect.poll(() => editing(page)).toBe('quick_name\ns.la + 1');
  await page.keyboard.type('\nquick_na');
  await page.keyboard.press('Tab');
  await expect.poll(() => editing(page)).toBe('quick_name\ns.la + 1\nquick_name');
  // What was typed on goes with the answer.
  await page.keyboard.type('\ns.la');
  await page.keyboard.press('Tab');
  await page.keyboard.type('te');
  await expect.poll(() => editing(page)).toBe('quick_name\ns.la + 1\nquick_name\ns.late_answer');
});

test('Shift-Tab tells what a name is, again in full in the pane below; it goes when typing goes on', async ({
  page,
  server,
}) => {
  const source = 'def area(width, height):\n    """Of a rectangle."""\n    return width * height';
  await ready(page, server, 'inspect.ipynb', source, 'area');
  await expect(async () => {
    await page.keyboard.press('Shift+Tab');
    await expect(tip(page)).toContainText('Of a rectangle.', { timeout: 5_000 });
  }).toPass({ timeout: 60_000 });
  await expect(tip(page)).not.toContainText('return width');
  await page.keyboard.type('(');
  await expect(tip(page)).toBeHidden();
  await page.keyboard.press('Shift+Tab');
  await expect(tip(page)).toContainText('Of a rectangle.');
  await tip(page).getByRole('button', { name: 'Close' }).click();
  await expect(tip(page)).toBeHidden();
  // The caret is where it was: the buttons of the tip are no press beside the cell.
  await page.keyboard.press('Shift+Tab');
  await tip(page).getByRole('button', { name: 'Show more in a pane below' }).click();
  await expect(pager(page)).toContainText('return width * height');
  await expect(tip(page)).toBeHidden();
  await page.keyboard.type('2');
  await expect.poll(() => editing(page)).toBe('area(2)');
  await page.keyboard.press('Escape');
  await expect(pager(page)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(pager(page)).toBeHidden();
});

test('name? opens the pane, which is not kept in the file', async ({ page, server }) => {
  await ready(page, server, 'pager.ipynb', 'a = 1', 'len?');
  await page.keyboard.press('Control+Enter');
  await expect(pager(page)).toContainText('Return the number of items in a container.');
  await expect(pager(page).locator('[class^="ansi-"]').first()).toBeVisible();
  await expect(cell(page, 1).locator('[data-output]')).toHaveCount(0);
  const splitter = pager(page).getByRole('separator');
  const before = (await pager(page).boundingBox())?.height ?? 0;
  await splitter.focus();
  await page.keyboard.press('ArrowUp');
  expect((await pager(page).boundingBox())?.height ?? 0).toBeGreaterThan(before);
  await page.keyboard.press('d');
  await page.keyboard.press('d');
  await expect(page.locator('[data-cell-id]')).toHaveCount(2);
  await page.keyboard.press('Escape');
  await expect(pager(page)).toBeHidden();
  await expect(cell(page, 1)).toBeFocused();
  await expect(page.locator('main[data-notebook]')).toHaveAttribute('data-save-state', 'saved', { timeout: 20_000 });
  expect(JSON.stringify(readNotebookFile(join(server.place.workspace, 'pager.ipynb')))).not.toContain('container');
});

test('set_next_input and %load put code into cells, once, and run none of it', async ({ page, server, signedIn }) => {
  const marks = 'open("ran", "w").close()';
  await ready(
    page,
    server,
    'next.ipynb',
    `open("code.py", "w").write(${JSON.stringify(marks)})`,
    'x = 0',
    '%load code.py',
  );
  const other = await signedIn.newPage();
  await openNotebook(other, server, 'next.ipynb');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('get_ipython().set_next_input("x=1")');
  await page.keyboard.press('Control+Enter');
  await waitForRuns(page);
  await expect(page.locator('[data-cell-id]')).toHaveCount(4);
  await expect(cell(page, 2).locator('[data-cell-editor]')).toHaveText('x=1');
  await expect(cell(page, 2)).toHaveAttribute('data-run-state', 'idle');
  await expect(other.locator('[data-cell-id]')).toHaveCount(4);
  await cell(page, 3).locator('[data-cell-editor]').click();
  await page.keyboard.press('Control+Enter');
  await waitForRuns(page);
  await expect(cell(page, 3).locator('[data-cell-editor]')).toContainText(marks);
  await expect(cell(page, 3).locator('[data-cell-editor]')).toContainText('# %load code.py');
  await expect(page.locator('[data-cell-id]')).toHaveCount(4);
  await edit(page, 2);
  await page.keyboard.type('\nimport os; print(os.path.exists("ran"))');
  await page.keyboard.press('Control+Enter');
  await expect(cell(page, 2).locator('[data-stream="stdout"]')).toHaveText('False\n');
  await expect(page.locator('main[data-notebook]')).toHaveAttribute('data-save-state', 'saved', { timeout: 20_000 });
  const saved = readNotebookFile(join(server.place.workspace, 'next.ipynb')).cells;
  expect(joined(saved[3]?.source)).toContain(marks);
  await other.close();
});

test('Alt-Up walks through what was run, Alt-Down comes back to what was typed', async ({ page, server }) => {
  await ready(page, server, 'history.ipynb', 'first = "of all"', 'second = 2', '');
  await page.keyboard.press('Control+Enter');
  await waitForRuns(page);
  await cell(page, 2).locator('[data-cell-editor]').click();
  await page.keyboard.type('half typed');
  await page.keyboard.press('Alt+ArrowUp');
  await expect.poll(() => editing(page)).toBe('second = 2');
  await page.keyboard.press('Alt+ArrowUp');
  await expect.poll(() => editing(page)).toBe('first = "of all"');
  await page.keyboard.press('Alt+ArrowDown');
  await expect.poll(() => editing(page)).toBe('second = 2');
  await page.keyboard.press('Alt+ArrowDown');
  await expect.poll(() => editing(page)).toBe('half typed');
  await page.keyboard.press('Alt+ArrowUp');
  await expect.poll(() => editing(page)).toBe('second = 2');
  await page.keyboard.press('Control+Z');
  await expect.poll(() => editing(page)).not.toBe('second = 2');
});

test('list, tip and pane: axe finds nothing serious in either theme', async ({ page, server }) => {
  await ready(page, server, 'axe.ipynb', 'import os', 'os.pa');
  await tabUntil(page, () => list(page).isVisible());
  expect(await seriousFindings(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.keyboard.type('th.join');
  await page.keyboard.press('Shift+Tab');
  await expect(tip(page)).toBeVisible();
  expect(await seriousFindings(page)).toEqual([]);
  await page.keyboard.press('Shift+Tab');
  await expect(pager(page)).toBeVisible();
  expect(await seriousFindings(page)).toEqual([]);
});

async function seriousFindings(page: Page): Promise<readonly string[]> {
  const found: string[] = [];
  for (const theme of ['light', 'dark']) {
    await page.evaluate((to) => document.documentElement.setAttribute('data-theme', to), theme);
    const { violations } = await new AxeBuilder({ page }).analyze();
    for (const { id, impact, nodes } of violations) {
      if (impact === 'serious' || impact === 'critical')
        found.push(`${theme} ${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`);
    }
  }
  return found;
}
