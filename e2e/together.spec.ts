import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { readFileSync, writeFileSync } from 'node:fs';
import { cell, expect, openNotebook, runAction, signIn, test } from './farfield.ts';
import { joined, notebookText, readNotebookFile, writeNotebookFile } from './notebook-fixture.ts';

test('two browsers type in one notebook at once; both and the file converge', async ({ server, signedIn, browser }) => {
  const file = writeNotebookFile(server.place.workspace, 'pair.ipynb', ['# shared\n', 'b = 2']);
  const other = await signIn(browser, server);
  const [one, two] = [await signedIn.newPage(), await other.newPage()];
  await openNotebook(one, server, 'pair.ipynb');
  await openNotebook(two, server, 'pair.ipynb');
  await cell(one, 0).locator('[data-cell-editor]').click();
  await one.keyboard.press('Control+Home');
  await cell(two, 0).locator('[data-cell-editor]').click();
  await two.keyboard.press('Control+End');
  await Promise.all([
    one.keyboard.type('alpha = 1 + 1 ', { delay: 15 }),
    two.keyboard.type('omega = 2 + 2', { delay: 15 }),
  ]);
  const source = () => joined(readNotebookFile(file).cells[0]?.source);
  await expect.poll(source, { timeout: 20_000 }).toContain('omega = 2 + 2');
  await expect.poll(source).toContain('alpha = 1 + 1 ');
  expect(source()).toBe('alpha = 1 + 1 # shared\nomega = 2 + 2');
  for (const page of [one, two]) {
    await page.keyboard.press('Escape');
    await expect(cell(page, 0).locator('[data-cell-editor]')).toContainText('alpha = 1 + 1 # shared');
    await expect(cell(page, 0).locator('[data-cell-editor]')).toContainText('omega = 2 + 2');
  }
  await other.close();
});

test('the caret stays where it is when somebody else inserts a cell above', async ({ server, signedIn, browser }) => {
  writeNotebookFile(server.place.workspace, 'above.ipynb', ['first = 1', 'second = 2\nlast = 3']);
  const other = await signIn(browser, server);
  const [one, two] = [await signedIn.newPage(), await other.newPage()];
  await openNotebook(one, server, 'above.ipynb');
  await openNotebook(two, server, 'above.ipynb');
  await cell(one, 0).locator('[data-cell-editor]').click();
  await expect(cell(one, 0).locator('.monaco-editor')).toBeVisible();
  // Into the second cell, at its start, and on from there.
  await one.keyboard.press('ArrowDown');
  await expect(cell(one, 1).locator('.monaco-editor')).toBeVisible();
  await one.keyboard.press('Control+End');
  await one.keyboard.type(' + 1');
  await two.keyboard.press('a');
  await expect(two.locator('[data-cell-id]')).toHaveCount(3);
  await expect(cell(one, 2).locator('[data-cell-editor]')).toContainText('second');
  await one.keyboard.type('0');
  await one.keyboard.press('Escape');
  await expect(cell(one, 2).locator('[data-source-text]')).toHaveText('second = 2\nlast = 3 + 10');
  await other.close();
});

test('a tab learns that another one signed out, and says so', async ({ server, browser }) => {
  writeNotebookFile(server.place.workspace, 'signed.ipynb', ['a = 1']);
  const context = await signIn(browser, server);
  const [one, two] = [await context.newPage(), await context.newPage()];
  await openNotebook(one, server, 'signed.ipynb');
  await two.goto(server.origin);
  await runAction(two, 'Sign out');
  await two.waitForURL(/login$/);
  await expect(one.locator('[data-offline="access.signedOut"]')).toContainText('You are signed out.');
  await context.close();
});

test('a git checkout under the open notebook merges without loss or duplicates', async ({ page, server }) => {
  const { workspace } = server.place;
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
      cwd: workspace,
      stdio: 'pipe',
    });
  const file = join(workspace, 'versions.ipynb');
  git('init', '-q');
  writeFileSync(
    file,
    notebookText(['a = 1', 'b = 2', 'c = 3'].map((source, index) => ({ source, id: `id-${index}` }))),
  );
  git('add', 'versions.ipynb');
  git('commit', '-qm', 'one');
  git('checkout', '-qb', 'other');
  writeFileSync(
    file,
    notebookText([
      { source: 'a = 1', id: 'id-0' },
      { source: 'b = 20', id: 'id-1' },
      { source: 'inserted = True', id: 'id-x' },
      { source: 'c = 3', id: 'id-2' },
    ]),
  );
  git('commit', '-qam', 'two');
  git('checkout', '-q', '-');
  await openNotebook(page, server, 'versions.ipynb');
  await expect(page.locator('[data-cell-id]')).toHaveCount(3);
  git('checkout', '-q', 'other');
  await expect(page.locator('[data-cell-id]')).toHaveCount(4, { timeout: 15_000 });
  await expect(cell(page, 1).locator('[data-cell-editor]')).toContainText('b = 20');
  await expect(cell(page, 2).locator('[data-cell-editor]')).toContainText('inserted = True');
  const ids = await page
    .locator('[data-cell-id]')
    .evaluateAll((cells) => cells.map((one) => (one as HTMLElement).dataset['cellId']));
  expect(ids).toEqual(['id-0', 'id-1', 'id-x', 'id-2']);
  // An edit here and another version from disk at once: both are kept.
  await cell(page, 0).locator('[data-cell-editor]').click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('00');
  git('stash', '-q');
  git('checkout', '-q', '-');
  await expect(page.locator('[data-cell-id]')).toHaveCount(3, { timeout: 15_000 });
  await page.keyboard.press('Escape');
  await expect(cell(page, 0).locator('[data-cell-editor]')).toContainText('a = 100');
  await expect(page.locator('main[data-notebook]')).toHaveAttribute('data-save-state', 'saved', { timeout: 15_000 });
  const sources = (JSON.parse(readFileSync(file, 'utf8')) as { cells: { source: string | string[] }[] }).cells.map(
    (one) => joined(one.source),
  );
  expect(sources).toEqual(['a = 100', 'b = 2', 'c = 3']);
});
