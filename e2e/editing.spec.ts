import { cell, expect, openNotebook, runAction, signIn, test, waitForRuns } from './farfield.ts';
import { active, cellsOf, editor, openCells, press, selectionOf } from './cells.ts';
import { joined, readNotebookFile, writeNotebookFile } from './notebook-fixture.ts';

const six = ['a = 1', 'b = 2', 'c = 3', 'd = 4', 'e = 5', 'f = 6'];

test('selecting several cells by keyboard', async ({ page, server }) => {
  await openCells(page, server, 'select-keys.ipynb', six);
  const steps: readonly (readonly [key: string, selection: string])[] = [
    ['j', '1'],
    ['Shift+J', '2 of 1 2'],
    ['Shift+ArrowDown', '3 of 1 2 3'],
    ['Shift+K', '2 of 1 2'],
    ['Shift+ArrowUp', '1'],
    ['Shift+ArrowUp', '0 of 0 1'],
    ['Shift+End', '5 of 1 2 3 4 5'],
    ['Shift+Home', '0 of 0 1'],
    ['Escape', '0'],
    ['Control+A', '0 of 0 1 2 3 4 5'],
    ['ArrowDown', '1'],
    ['End', '5'],
    ['Home', '0'],
    ['Shift+J', '1 of 0 1'],
    ['Enter', '1'],
  ];
  for (const [key, selection] of steps)
    await test.step(key, async () => {
      await press(page, key);
      await expect.poll(() => selectionOf(page)).toBe(selection);
    });
  await expect(editor(page, 1).getByRole('textbox')).toBeFocused();
  await test.step('Ctrl-M leaves the editor', async () => {
    await press(page, 'Control+M');
    await expect(cell(page, 1)).toBeFocused();
  });
  await press(page, 'Shift+J', 'Shift+J');
  await expect(page.getByText('3 cells selected').first()).toBeVisible();
});

test('selecting several cells by mouse', async ({ page, server }) => {
  await openCells(page, server, 'select-mouse.ipynb', six);
  const gutter = (index: number) => ({
    click: (modifiers: ('Shift' | 'ControlOrMeta')[] = []) =>
      cell(page, index).click({ modifiers, position: { x: 60, y: 20 } }),
  });
  await gutter(1).click();
  await expect.poll(() => selectionOf(page)).toBe('1');
  await gutter(3).click(['Shift']);
  await expect.poll(() => selectionOf(page)).toBe('3 of 1 2 3');
  await gutter(5).click(['ControlOrMeta']);
  await expect.poll(() => selectionOf(page)).toBe('5 of 1 2 3 5');
  await gutter(2).click(['ControlOrMeta']);
  await expect.poll(() => selectionOf(page)).toBe('5 of 1 3 5');
  await editor(page, 4).click({ modifiers: ['Shift'] });
  await expect.poll(() => selectionOf(page)).toBe('4 of 4 5');
  await press(page, 'd', 'd');
  await expect.poll(() => cellsOf(page)).toEqual(six.slice(0, 4).map((source) => `code: ${source}`));
  await gutter(0).click();
  await expect.poll(() => selectionOf(page)).toBe('0');
});

test('commands act on every selected cell', async ({ page, server }) => {
  const file = await openCells(page, server, 'many.ipynb', six);
  const code = (...sources: string[]) => sources.map((source) => `code: ${source}`);
  const all = code(...six);
  const steps: readonly (readonly [keys: string, cells: readonly string[], selection: string])[] = [
    ['j Shift+J Shift+J d d', code('a = 1', 'e = 5', 'f = 6'), '1'],
    ['z', all, '1'],
    ['Shift+Z', code('a = 1', 'e = 5', 'f = 6'), '0'],
    ['z Home j Shift+J m', ['code: a = 1', 'markdown: b = 2', 'markdown: c = 3', ...all.slice(3)], '2 of 1 2'],
    ['r', ['code: a = 1', 'raw: b = 2', 'raw: c = 3', ...all.slice(3)], '2 of 1 2'],
    ['y', all, '2 of 1 2'],
    ['Control+Shift+ArrowDown', code('a = 1', 'd = 4', 'b = 2', 'c = 3', 'e = 5', 'f = 6'), '3 of 2 3'],
    [
      'Control+Shift+ArrowUp Control+Shift+ArrowUp',
      code('b = 2', 'c = 3', 'a = 1', 'd = 4', 'e = 5', 'f = 6'),
      '1 of 0 1',
    ],
    ['Control+Shift+ArrowUp', code('b = 2', 'c = 3', 'a = 1', 'd = 4', 'e = 5', 'f = 6'), '1 of 0 1'],
    ['Shift+M', code('b = 2\n\nc = 3', 'a = 1', 'd = 4', 'e = 5', 'f = 6'), '0'],
    ['z', code('b = 2', 'c = 3', 'a = 1', 'd = 4', 'e = 5', 'f = 6'), '0'],
    ['j Control+Backspace', code('b = 2\n\nc = 3', 'a = 1', 'd = 4', 'e = 5', 'f = 6'), '0'],
    ['j Control+Shift+M', code('b = 2\n\nc = 3', 'a = 1\n\nd = 4', 'e = 5', 'f = 6'), '1'],
    ['Control+A Shift+M', code('b = 2\n\nc = 3\n\na = 1\n\nd = 4\n\ne = 5\n\nf = 6'), '0'],
    ['z Home a', code('', 'b = 2\n\nc = 3', 'a = 1\n\nd = 4', 'e = 5', 'f = 6'), '0'],
    ['End b', code('', 'b = 2\n\nc = 3', 'a = 1\n\nd = 4', 'e = 5', 'f = 6', ''), '5'],
  ];
  for (const [keys, expected, selection] of steps)
    await test.step(keys, async () => {
      await press(page, ...keys.split(' '));
      await expect.poll(() => cellsOf(page)).toEqual(expected);
      await expect.poll(() => selectionOf(page)).toBe(selection);
    });
  await expect(page.locator('main[data-notebook]')).toHaveAttribute('data-save-state', 'saved');
  const saved = readNotebookFile(file).cells.map((one) => `code: ${joined(one.source)}`);
  expect(saved).toEqual(steps.at(-1)?.[1]);
});

test('splitting at the caret, and at both ends of a selection', async ({ page, server }) => {
  await openCells(page, server, 'split.ipynb', ['one\ntwo\nthree', 'abc']);
  await press(page, 'Enter', 'Control+Home', 'ArrowDown', 'Control+Shift+-');
  await expect.poll(() => cellsOf(page)).toEqual(['code: one', expect.stringContaining('two'), 'code: abc']);
  await expect(active(page)).toHaveAttribute('data-cell-index', '1');
  await page.keyboard.type('# ');
  await press(page, 'Escape');
  await expect.poll(() => cellsOf(page)).toEqual(['code: one', 'code: # two\nthree', 'code: abc']);
  await press(page, 'z');
  // What was typed meanwhile stays, in its part.
  await expect.poll(() => cellsOf(page)).toEqual(['code: one\n# two\nthree', 'code: abc']);
  await press(page, 'End', 'Enter', 'Control+Home', 'ArrowRight', 'Shift+ArrowRight', 'Control+Shift+-', 'Escape');
  await expect.poll(() => cellsOf(page)).toEqual(['code: one\n# two\nthree', 'code: a', 'code: b', 'code: c']);
});

test('headings: 1 to 6 in Markdown cells, Shift-A and Shift-B', async ({ page, server }) => {
  await openCells(page, server, 'headings.ipynb', [
    { type: 'markdown', source: 'Title\nmore', id: 'title' },
    'a = 1',
    { type: 'markdown', source: '# Next', id: 'next' },
  ]);
  for (const level of [1, 2, 3, 4, 5, 6])
    await test.step(String(level), async () => {
      await press(page, String(level));
      await expect.poll(async () => (await cellsOf(page))[0]).toBe(`markdown: ${'#'.repeat(level)} Title\nmore`);
    });
  await press(page, 'z', '2');
  await expect(cell(page, 0).getByRole('heading', { level: 2, name: 'Title' })).toBeVisible();
  await press(page, 'j', '1');
  await expect.poll(async () => (await cellsOf(page))[1]).toBe('code: a = 1');
  await press(page, 'Shift+B');
  await page.keyboard.type('Below');
  await press(page, 'Escape', 'Home', 'j', 'Shift+A');
  await page.keyboard.type('Above');
  await press(page, 'Escape');
  await expect
    .poll(() => cellsOf(page))
    .toEqual([
      'markdown: ## Title\nmore',
      'markdown: ## Above',
      'code: a = 1',
      'markdown: ## Below',
      'markdown: # Next',
    ]);
});

test('selected cells run together; their outputs are hidden, boxed and cleared together', async ({ page, server }) => {
  await openCells(page, server, 'run-many.ipynb', ['print(1)', 'print(2)', 'print(3)', 'print(4)']);
  const outputs = (index: number) => cell(page, index).locator('[data-stream="stdout"]');
  await test.step('Shift-Enter', async () => {
    await press(page, 'Shift+J', 'Shift+Enter');
    await expect.poll(() => selectionOf(page)).toBe('2');
    await expect(outputs(1)).toHaveText('2\n', { timeout: 60_000 });
    await expect(outputs(0)).toHaveText('1\n');
    await expect(outputs(2)).toHaveCount(0);
  });
  await test.step('Ctrl-Enter', async () => {
    await press(page, 'Shift+J', 'Control+Enter');
    await waitForRuns(page);
    await expect(outputs(2)).toHaveText('3\n');
    await expect(outputs(3)).toHaveText('4\n');
    await expect.poll(() => selectionOf(page)).toBe('3');
  });
  await test.step('O', async () => {
    await press(page, 'Home', 'Shift+J', 'o');
    await expect(cell(page, 0).getByRole('button', { name: 'Outputs hidden · 1 output' })).toBeVisible();
    await expect(outputs(1)).toHaveCount(0);
    await press(page, 'o');
    await expect(outputs(1)).toHaveText('2\n');
  });
  await test.step('Shift-O', async () => {
    await press(page, 'Shift+O');
    await expect(cell(page, 1).locator('[data-cell-outputs]')).toHaveCSS('max-height', '320px');
    await press(page, 'Shift+O');
    await expect(cell(page, 1).locator('[data-cell-outputs]')).toHaveCSS('max-height', 'none');
  });
  await test.step('Alt-Enter', async () => {
    await press(page, 'Alt+Enter');
    await waitForRuns(page);
    await expect.poll(() => selectionOf(page)).toBe('2');
    await expect(page.locator('[data-cell-id]')).toHaveCount(5);
  });
  await press(page, 'Escape', 'Home', 'Shift+J');
  await runAction(page, 'Clear the outputs of the selected cells');
  await expect(outputs(0)).toHaveCount(0);
  await expect(outputs(1)).toHaveCount(0);
  await expect(outputs(3)).toHaveText('3\n');
});

test('Shift-L shows line numbers that are no text of the page; the choice is kept', async ({ page, server }) => {
  await openCells(page, server, 'numbers.ipynb', ['a = 1\nb = 2\nc = 3', 'd = 4']);
  const numbers = cell(page, 0).locator('[data-numbers]');
  await press(page, 'Shift+L');
  await expect(numbers).toHaveAttribute('data-numbers', '1\n2\n3');
  await expect(editor(page, 0)).toHaveText('a = 1 b = 2 c = 3');
  const left = () =>
    editor(page, 0)
      .locator('[class^="mtk"]')
      .evaluateAll((all) => Math.min(...all.map((one) => one.getBoundingClientRect().left)));
  await expect(editor(page, 0).locator('[class^="mtk"]').first()).toBeAttached();
  const still = await left();
  await page.reload();
  await expect(numbers).toHaveAttribute('data-numbers', '1\n2\n3');
  await editor(page, 0).click();
  await expect(editor(page, 0).locator('.line-numbers').first()).toHaveText('1');
  // The text stays where it was when the editor comes.
  expect(Math.abs((await left()) - still)).toBeLessThan(1.5);
  await press(page, 'Escape', 'Shift+L');
  await expect(numbers).toHaveCount(0);
});

test('undo of structure leaves alone what another person did', async ({ server, signedIn, browser }) => {
  const page = await signedIn.newPage();
  await openCells(page, server, 'two.ipynb', ['a = 1', 'b = 2', 'c = 3']);
  const other = await signIn(browser, server);
  const theirs = await other.newPage();
  await openNotebook(theirs, server, 'two.ipynb');
  await press(page, 'j', 'd', 'd');
  await expect(theirs.locator('[data-cell-id]')).toHaveCount(2);
  await theirs
    .locator('[data-cell-id]')
    .first()
    .click({ position: { x: 60, y: 20 } });
  await press(theirs, 'b');
  await press(theirs, 'Enter');
  await theirs.keyboard.type('theirs = 1');
  await expect.poll(() => cellsOf(page)).toEqual(['code: a = 1', 'code: theirs = 1', 'code: c = 3']);
  await press(page, 'a');
  await expect(page.locator('[data-cell-id]')).toHaveCount(4);
  await press(page, 'z', 'z');
  await expect
    .poll(async () => (await cellsOf(page)).toSorted())
    .toEqual(['code: a = 1', 'code: b = 2', 'code: c = 3', 'code: theirs = 1']);
  await press(page, 'z', 'z');
  await expect(page.locator('[data-cell-id]')).toHaveCount(4);
  // The other person's undo takes back their own cell alone.
  await press(theirs, 'Escape', 'z');
  await expect.poll(() => cellsOf(page)).toEqual(['code: a = 1', 'code: b = 2', 'code: c = 3']);
  await other.close();
});

test('the menu of a cell: right click, Shift-F10, and its button at phone width', async ({ page, server }) => {
  await openCells(page, server, 'menu.ipynb', ['a = 1', 'b = 2']);
  const menu = page.getByRole('menu', { name: 'Cell' });
  await cell(page, 1).click({ button: 'right', position: { x: 60, y: 20 } });
  await expect(menu.getByRole('menuitem', { name: 'Copy the selected cells C' })).toBeVisible();
  await expect.poll(() => selectionOf(page)).toBe('1');
  await menu.getByRole('menuitem', { name: 'Duplicate' }).click();
  await expect.poll(() => cellsOf(page)).toEqual(['code: a = 1', 'code: b = 2', 'code: b = 2']);
  await expect(menu).toBeHidden();
  await press(page, 'Home', 'Shift+F10');
  await expect(menu).toBeVisible();
  await press(page, 'Escape');
  await expect(menu).toBeHidden();
  await expect(cell(page, 0)).toBeFocused();
  await page.setViewportSize({ width: 390, height: 844 });
  await cell(page, 0).getByRole('button', { name: 'More for this cell' }).click();
  await menu.getByRole('menuitem', { name: 'Delete the selected cells' }).click();
  await expect.poll(() => cellsOf(page)).toEqual(['code: b = 2', 'code: b = 2']);
  await page.getByRole('button', { name: 'More for this notebook' }).click();
  await page.getByRole('menuitem', { name: 'Hide all inputs' }).click();
  await expect(page.getByRole('button', { name: 'Code hidden · 1 line' })).toHaveCount(2);
});

test('H and Ctrl-Shift-H show every key; Ctrl-S saves', async ({ page, server }) => {
  await openCells(page, server, 'help.ipynb', ['a = 1']);
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await press(page, 'h');
  await expect(sheet.getByText('Merge the cell with the one above')).toBeVisible();
  await page.keyboard.type('ctrl+shift+m merge');
  await expect(sheet.getByRole('term')).toHaveText(['Merge the cell with the one below']);
  await press(page, 'Escape');
  await expect(sheet).toBeHidden();
  await press(page, 'Control+Shift+H');
  await expect(sheet).toBeVisible();
  await press(page, 'Escape');
  await press(page, 'b', 'Control+S');
  await expect(page.locator('main[data-notebook]')).toHaveAttribute('data-save-state', 'saved');
  await expect(page.locator('[data-save-words]')).toHaveText(/^saved /);
});

test('what is selected before the full editor is loaded stays selected in it', async ({ page, server }) => {
  writeNotebookFile(server.place.workspace, 'early-select.ipynb', ['base = 0', 'other = 1']);
  const { promise: loads, resolve: load } = Promise.withResolvers<void>();
  // The editor's code is the largest script of all, by far.
  await page.route('**/*.js', async (route) => {
    const answer = await route.fetch();
    if ((await answer.body()).length > 1_000_000) await loads;
    await route.fulfill({ response: answer });
  });
  await openNotebook(page, server, 'early-select.ipynb');
  await editor(page, 0).click();
  await expect(editor(page, 0).locator('textarea:not(.inputarea)')).toBeFocused();
  await press(page, 'Control+A');
  load();
  await expect(editor(page, 0).locator('.monaco-editor')).toBeVisible();
  await page.keyboard.type('mine = 1');
  await expect.poll(() => editor(page, 0).innerText()).toMatch(/^mine\s=\s1$/);
});
