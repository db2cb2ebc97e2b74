import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { active, openCells } from './cells.ts';
import { cell, expect, Farfield, newPlace, openNotebook, runAction, signIn, test, waitForRuns } from './farfield.ts';
import { takePicture } from './picture.ts';
import { findSerious } from './serious-findings.ts';

/** A cell that runs until `open()`; those behind it append their letters, the last one prints them. */
function cellsBehindGate(workspace: string): { cells: string[]; open: () => void } {
  const gate = join(workspace, `gate-${Math.random().toString(36).slice(2)}`);
  const wait = `seen = []\nimport os, time\nwhile not os.path.exists(${JSON.stringify(gate)}): time.sleep(0.02)`;
  const letters = ['b', 'c', 'd'].map((letter) => `seen.append('${letter}')`);
  return { cells: [wait, ...letters, "print(' '.join(seen))"], open: () => writeFileSync(gate, '') };
}

const rows = (page: Page) => page.getByRole('list', { name: 'Waiting cells' }).locator('[data-queue-go]');
const bar = (page: Page) => page.locator('[data-queue-held]');
/** The last letters of what waits, in order. */
const order = async (page: Page) => {
  const lines = await rows(page).locator('[class*="source"]').allTextContents();
  return lines.map((line) => /'(.)'\)$/.exec(line)?.[1] ?? 'last').join(' ');
};
const runState = (page: Page, at: number, state: string) =>
  expect(cell(page, at)).toHaveAttribute('data-run-state', state, { timeout: 60_000 });

test('a queue in two browsers: moved by keys, held, over a reload, cleared and put back, let go', async ({
  page,
  server,
  browser,
}) => {
  const { cells, open } = cellsBehindGate(server.place.workspace);
  await openCells(page, server, 'queue.ipynb', cells);
  await runAction(page, 'Run all cells');
  await runState(page, 0, 'running');
  await expect(cell(page, 4)).toContainText('queued 4');
  const other = await signIn(browser, server);
  const far = await other.newPage();
  await openNotebook(far, server, 'queue.ipynb');
  await far.getByRole('button', { name: '1 running, 4 queued' }).click();
  await expect(rows(far)).toHaveCount(4);

  await cell(page, 0).focus();
  await page.keyboard.press('g');
  await page.keyboard.press('q');
  await expect(rows(page)).toHaveCount(4);
  await rows(page).first().focus();
  // There and back, quicker than the server answers.
  await page.keyboard.press('Alt+ArrowDown');
  await page.keyboard.press('Alt+ArrowUp');
  await page.keyboard.press('Alt+ArrowDown');
  await page.keyboard.press('Alt+ArrowDown');
  await expect(rows(page).nth(2)).toBeFocused();
  await expect.poll(() => order(far)).toBe('c d b last');
  await rows(page).first().focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Alt+ArrowUp');
  await expect.poll(() => order(far)).toBe('d c b last');
  expect(await order(page)).toBe('d c b last');
  await expect(cell(far, 3)).toContainText('queued 1');
  await takePicture(page, 'queue');

  await far.getByRole('button', { name: 'Hold', exact: true }).click();
  await expect(bar(page)).toContainText('4 waiting cells are held.');
  await expect(cell(page, 3)).toContainText('held 1');
  open();
  await runState(page, 0, 'ok');
  await page.reload();
  await expect(bar(page)).toContainText('4 waiting cells are held.');
  await expect(page.getByRole('button', { name: '4 held' })).toBeVisible();
  expect(await order(page)).toBe('d c b last');

  // A button that cannot be pressed any more keeps the focus: the next keys are no commands of the notebook.
  const tool = (name: string) => far.getByRole('region', { name: 'Queue' }).getByRole('button', { name, exact: true });
  await tool('Clear').focus();
  await bar(page).getByRole('button', { name: 'Clear' }).click();
  await expect(rows(far)).toHaveCount(0);
  await expect(tool('Clear')).toBeDisabled();
  await expect(tool('Clear')).toBeFocused();
  await far.keyboard.press('Enter');
  await runState(page, 1, 'cancelled');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => order(far)).toBe('d c b last');
  // Goes to the cell.
  await rows(page).first().click();
  await expect(active(page)).toHaveAttribute('data-cell-index', '3');
  await rows(far).nth(1).focus();
  // Held down, it takes out one; the focus goes on to the next.
  await far.keyboard.down('Delete');
  await expect.poll(() => order(page)).toBe('d b last');
  await expect(rows(far).nth(1)).toBeFocused();
  await far.keyboard.down('Delete');
  await far.keyboard.up('Delete');
  await expect(rows(far)).toHaveCount(3);
  await expect.poll(() => order(far)).toBe('d b last');
  // One stop of the Tab key, whose arrows lead to the buttons: the first row cannot run before the others.
  await rows(far).first().focus();
  await far.keyboard.press('ArrowRight');
  const buttons = (name: string) => far.getByRole('button', { name, exact: true });
  await expect(buttons('Take out of the queue').first()).toBeFocused();
  await far.keyboard.press('Shift+Tab');
  await expect(rows(far).first()).toBeFocused();
  await far.keyboard.press('Tab');
  expect(await far.locator('[aria-label="Waiting cells"]:focus-within').count()).toBe(0);
  await far.keyboard.press('Shift+Tab');
  await far.keyboard.press('End');
  await expect(rows(far).nth(2)).toBeFocused();
  await far.keyboard.press('Home');
  await far.keyboard.press('ArrowDown');
  await far.keyboard.press('ArrowRight');
  await expect(buttons('Run next').nth(1)).toBeFocused();
  await far.keyboard.press('ArrowDown');
  await expect(buttons('Run next').nth(2)).toBeFocused();
  await far.keyboard.press('ArrowUp');
  await far.keyboard.press('Enter');
  await expect.poll(() => order(page)).toBe('b d last');
  await expect(rows(far).first()).toBeFocused();
  await far.keyboard.press('ArrowDown');
  await far.keyboard.press('ArrowRight');
  await rows(page).nth(1).focus();
  await page.keyboard.press('Alt+ArrowUp');
  await expect.poll(() => order(far)).toBe('d b last');
  await expect(buttons('Run next').first()).toBeDisabled();
  await expect(buttons('Run next').first()).toBeFocused();
  await far.keyboard.press('Enter');
  await far.keyboard.press('Space');
  await page.keyboard.press('Alt+ArrowDown');
  await expect.poll(() => order(far)).toBe('b d last');
  await expect(buttons('Run next').nth(1)).toBeFocused();
  await expect(buttons('Run next').nth(1)).toBeEnabled();
  await tool('Continue').focus();
  await bar(page).getByRole('button', { name: 'Continue' }).click();
  await expect(bar(far)).toHaveCount(0);
  await waitForRuns(page);
  await expect(cell(page, 4).locator('[data-stream="stdout"]')).toHaveText(/^b d\s*$/);
  await expect(page.getByText('Nothing runs or waits')).toBeVisible();
  await expect(tool('Hold')).toBeDisabled();
  await expect(tool('Hold')).toBeFocused();
  await other.close();
});

test('keys pressed again, held down, or from two browsers run nothing twice', async ({ page, server, browser }) => {
  const { cells, open } = cellsBehindGate(server.place.workspace);
  const [gate = ''] = cells;
  await openCells(page, server, 'twice.ipynb', [`n = globals().get('n', 0) + 1\n${gate}`, 'print(n)', '# nothing']);
  await page.keyboard.press('Control+Enter');
  await runState(page, 0, 'running');
  for (let press = 0; press < 3; press += 1) await page.keyboard.press('Control+Enter');
  const notice = page.getByText('Already running. Changed nothing.', { exact: true });
  await expect(notice).toHaveCount(1);
  // Held down, the key repeats: one press, which goes to the next cell.
  await page.keyboard.down('Shift');
  for (let repeat = 0; repeat < 5; repeat += 1) await page.keyboard.down('Enter');
  await page.keyboard.up('Enter');
  await page.keyboard.up('Shift');
  await expect(active(page)).toHaveAttribute('data-cell-index', '1');
  const other = await signIn(browser, server);
  const far = await other.newPage();
  await openNotebook(far, server, 'twice.ipynb');
  await runState(far, 0, 'running');
  await expect(cell(far, 0)).toBeFocused();
  await far.keyboard.press('Control+Enter');
  await expect(far.getByText('Already running. Changed nothing.', { exact: true })).toBeVisible();
  const main = page.locator('main[data-notebook]');
  await expect(main).toHaveAttribute('data-open-runs', '1');
  await cell(page, 1).getByRole('button', { name: 'Run this cell' }).dblclick();
  await expect(main).toHaveAttribute('data-open-runs', '2');
  open();
  await waitForRuns(page);
  await expect(cell(page, 1).locator('[data-stream="stdout"]')).toHaveText(/^1\s*$/);
  await other.close();
});

test('asked for again it does run again; an interrupt holds what waits, and an error need not stop it', async ({
  page,
  server,
}) => {
  const { cells } = cellsBehindGate(server.place.workspace);
  await openCells(page, server, 'interrupt.ipynb', [...cells.slice(0, 1), '1/0', "print('after')"]);
  await page.keyboard.press('Control+Enter');
  await runState(page, 0, 'running');
  await page.keyboard.press('Control+Enter');
  await page.getByRole('button', { name: 'Run again after it ends' }).click();
  const main = page.locator('main[data-notebook]');
  await expect(main).toHaveAttribute('data-open-runs', '2');
  await runAction(page, 'Cancel waiting cells');
  await expect(main).toHaveAttribute('data-open-runs', '1');
  await cell(page, 0).focus();
  await runAction(page, 'Run the cell and all below');
  await expect(main).toHaveAttribute('data-open-runs', '3');
  await cell(page, 0).focus();
  await page.keyboard.press('i');
  await page.keyboard.press('i');
  await expect(bar(page)).toContainText('Interrupted. 2 waiting cells are held.');
  await runState(page, 0, 'error');
  await runState(page, 1, 'queued');
  await runAction(page, 'Stop at an error, or go on after it');
  await runAction(page, 'Continue the held queue');
  await runState(page, 1, 'error');
  await runState(page, 2, 'ok');
  await expect(bar(page)).toHaveCount(0);
});

test('a queue is as it was after a restart of the server, and programs may change it', async ({ browser }) => {
  const place = newPlace();
  let server = await Farfield.start(place);
  try {
    const context = await signIn(browser, server);
    const page = await context.newPage();
    const { cells } = cellsBehindGate(place.workspace);
    await openCells(page, server, 'restart.ipynb', cells);
    await runAction(page, 'Run all cells');
    await expect(cell(page, 4)).toContainText('queued 4', { timeout: 60_000 });
    await runAction(page, 'Hold the queue');
    await expect(bar(page)).toBeVisible();
    const { sessions } = await (await page.request.get(`${server.origin}/api/v1/sessions?path=restart.ipynb`)).json();
    const address = `/api/v1/sessions/${sessions[0].id}/queue`;
    const { waiting } = await (await page.request.get(server.origin + address)).json();
    const changed = await page.request.put(server.origin + address, {
      data: { order: [waiting[2].id], stopOnError: false },
    });
    expect(await changed.json()).toMatchObject({
      held: 'asked',
      stopOnError: false,
      waiting: [{ id: waiting[2].id }, {}, {}, {}],
    });
    await expect(cell(page, 3)).toContainText('held 1');
    await server.kill();
    server = await Farfield.start(place, { port: server.port });
    await openNotebook(page, server, 'restart.ipynb');
    await expect(cell(page, 3)).toContainText('held 1', { timeout: 30_000 });
    await runAction(page, 'Show queue');
    await expect.poll(() => order(page)).toBe('d b c last');
    await expect(page.getByRole('checkbox', { name: 'Stop at an error' })).not.toBeChecked();
    expect((await page.request.delete(server.origin + address)).ok()).toBe(true);
    await expect(rows(page)).toHaveCount(0);
    await context.close();
  } finally {
    await server.stop();
  }
});

for (const [width, height] of [
  [1440, 900],
  [390, 844],
] as const)
  test(`the queue at ${width}×${height}: axe finds nothing serious in either theme`, async ({ page, server }, info) => {
    await page.setViewportSize({ width, height });
    const { cells, open } = cellsBehindGate(server.place.workspace);
    await openCells(page, server, `looks-${width}.ipynb`, cells);
    await runAction(page, 'Run all cells');
    await runState(page, 0, 'running');
    await runAction(page, 'Hold the queue');
    await expect(bar(page)).toBeVisible();
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: theme });
      await page.screenshot({ path: info.outputPath(`held-${theme}-${width}.png`) });
    }
    await runAction(page, 'Show queue');
    await expect(rows(page)).toHaveCount(4);
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: theme });
      await page.waitForTimeout(300);
      await page.screenshot({ path: info.outputPath(`queue-${theme}-${width}.png`) });
    }
    expect.soft(await findSerious(page)).toEqual([]);
    await page.getByRole('button', { name: 'Clear' }).last().click();
    await expect(page.getByRole('button', { name: 'Undo' })).toBeVisible();
    open();
    await expect(page.getByText('Nothing runs or waits')).toBeVisible();
    expect.soft(await findSerious(page)).toEqual([]);
  });
