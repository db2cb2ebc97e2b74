import type { Page } from '@playwright/test';
import { cell, expect, openNotebook, test } from './farfield.ts';
import { active, cellsOf, openCells, press, selectionOf } from './cells.ts';
import { writeNotebookFile } from './notebook-fixture.ts';

const allow = (page: Page) => page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
const code = (...sources: string[]) => sources.map((source) => `code: ${source}`);

test('X, C, V and Shift-V, within one notebook and into another one', async ({ page, server }) => {
  writeNotebookFile(server.place.workspace, 'clip-other.ipynb', ['z = 0']);
  await openCells(page, server, 'clip.ipynb', ['a = 1', 'b = 2', 'c = 3']);
  await press(page, 'Shift+J', 'x');
  await expect.poll(() => cellsOf(page)).toEqual(code('c = 3'));
  await press(page, 'v');
  await expect.poll(() => cellsOf(page)).toEqual(code('c = 3', 'a = 1', 'b = 2'));
  await expect.poll(() => selectionOf(page)).toBe('2 of 1 2');
  // Cells that were cut keep their ids, and with them their results; copies get new ones.
  const ids = () =>
    page.locator('[data-cell-id]').evaluateAll((all) => all.map((one) => one.getAttribute('data-cell-id')));
  expect(await ids()).toEqual(['cell-2', 'cell-0', 'cell-1']);
  await press(page, 'Home', 'c', 'End', 'Shift+V');
  await expect.poll(() => cellsOf(page)).toEqual(code('c = 3', 'a = 1', 'c = 3', 'b = 2'));
  expect(new Set(await ids()).size).toBe(4);
  await page.getByRole('treeitem', { name: 'clip-other.ipynb' }).click();
  await expect(page.locator('main[data-notebook][aria-label$="clip-other.ipynb"]')).toHaveAttribute(
    'data-doc-state',
    'ready',
  );
  await cell(page, 0).click({ position: { x: 60, y: 20 } });
  await press(page, 'v');
  await expect.poll(() => cellsOf(page)).toEqual(code('z = 0', 'c = 3'));
});

test('the system clipboard: cells as text for other programs, as cells for another page', async ({ page, server }) => {
  await allow(page);
  await openCells(page, server, 'system.ipynb', ['a = 1', { type: 'markdown', source: '# <b>Title</b>', id: 'title' }]);
  await press(page, 'Shift+J', 'Control+C');
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe('a = 1\n\n# <b>Title</b>');
  const html = () =>
    page.evaluate(async () => {
      const [item] = await navigator.clipboard.read();
      return (await item?.getType('text/html'))?.text() ?? '';
    });
  expect(await html()).toContain('<pre>a = 1</pre>');
  const other = await page.context().newPage();
  await openCells(other, server, 'system-other.ipynb', ['z = 0']);
  await press(other, 'Control+V');
  await expect.poll(() => cellsOf(other)).toEqual(['code: z = 0', 'code: a = 1', 'markdown: # <b>Title</b>']);
  await press(other, 'z');
  await expect.poll(() => cellsOf(other)).toEqual(code('z = 0'));
  await test.step('C writes the same, and V reads it', async () => {
    await page.bringToFront();
    await press(page, 'Home', 'c');
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe('a = 1');
    await other.bringToFront();
    await press(other, 'v');
    await expect.poll(() => cellsOf(other)).toEqual(code('z = 0', 'a = 1'));
  });
  await test.step('Ctrl-X takes them away', async () => {
    await press(other, 'Control+X');
    await expect.poll(() => cellsOf(other)).toEqual(code('z = 0'));
    await press(other, 'Control+V');
    await expect.poll(() => cellsOf(other)).toEqual(code('z = 0', 'a = 1'));
  });
  await other.close();
});

test('text and hostile HTML of other programs become text', async ({ page, server }) => {
  await allow(page);
  await openCells(page, server, 'foreign.ipynb', ['z = 0']);
  /** A paste as the browser brings it from another program. */
  const paste = (html: string, text: string) =>
    page.evaluate(
      ([asHtml = '', asText = '']) => {
        const transfer = new DataTransfer();
        transfer.setData('text/html', asHtml);
        transfer.setData('text/plain', asText);
        const event = new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true, cancelable: true });
        document.activeElement?.dispatchEvent(event);
      },
      [html, text],
    );
  const evil = '<img src=x onerror="document.title=1"><script>document.title=1</script>';
  const forged = `<div data-farfield-cells="{&quot;farfield&quot;:1,&quot;cells&quot;:[{&quot;id&quot;:7}]}">x</div>`;
  await paste(`${evil}${forged}`, evil);
  await expect.poll(() => cellsOf(page)).toEqual(code('z = 0', evil));
  expect(await page.locator('[data-cell-id] img, [data-cell-id] script').count()).toBe(0);
  expect(await page.title()).not.toBe('1');
  await page.evaluate(() => navigator.clipboard.writeText('two\r\nlines'));
  await press(page, 'v');
  await expect.poll(() => cellsOf(page)).toEqual(code('z = 0', evil, 'two\nlines'));
  await test.step('too much is refused', async () => {
    await paste('', 'x'.repeat(20_000_001));
    await expect(page.getByText('The clipboard is too large to paste').first()).toBeVisible();
    await expect(page.locator('[data-cell-id]')).toHaveCount(3);
  });
});

test('without permission V pastes what this page copied; text in the editor has the browser’s clipboard', async ({
  page,
  server,
}) => {
  await page.context().clearPermissions();
  await openCells(page, server, 'refused.ipynb', ['a = 1', 'b = 2']);
  await press(page, 'c', 'j', 'v');
  await expect.poll(() => cellsOf(page)).toEqual(code('a = 1', 'b = 2', 'a = 1'));
  await press(page, 'Enter', 'Control+A', 'Control+C', 'Control+End', 'Enter', 'Control+V', 'Escape');
  await expect.poll(() => cellsOf(page)).toEqual(code('a = 1', 'b = 2', 'a = 1\na = 1'));
  await expect(active(page)).toHaveAttribute('data-cell-index', '2');
});

test('a copy in one tab of the notebook pastes in the next after a reload', async ({ page, server }) => {
  await allow(page);
  await openCells(page, server, 'reload.ipynb', ['kept = 1']);
  await press(page, 'c');
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe('kept = 1');
  await page.reload();
  await openNotebook(page, server, 'reload.ipynb');
  await expect(cell(page, 0)).toBeFocused();
  await press(page, 'v');
  await expect.poll(() => cellsOf(page)).toEqual(code('kept = 1', 'kept = 1'));
});
