import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cell, expect, Farfield, newPlace, runAction, test, waitForRuns, watchErrors } from './farfield.ts';

const root = new URL('../', import.meta.url).pathname;

/** Journey 1: the printed link, the tour, run to its end on the embedded gateway. */
test('the tour notebook runs to its end from the printed link', async ({ browser }) => {
  const place = newPlace();
  // The default workspace is seeded from examples/; here the same files lie in the test's own folder.
  const { cpSync } = await import('node:fs');
  cpSync(join(root, 'examples'), place.workspace, { recursive: true });
  const server = await Farfield.start(place);
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  const errors = watchErrors(page);
  try {
    expect(server.output.match(/Farfield is ready: /g)).toHaveLength(1);
    await page.goto(server.link);
    await page.waitForURL(`${server.origin}/`);
    await page.getByRole('treeitem', { name: /tour\.ipynb/ }).click();
    await expect(page.locator('main[data-notebook]')).toHaveAttribute('data-doc-state', 'ready');
    await runAction(page, 'Run all cells');
    await expect(page.locator('main[data-notebook]')).toHaveAttribute('data-kernel-state', /idle|busy/, {
      timeout: 60_000,
    });
    await expect(page.locator('[data-execution-count="1"]')).toBeAttached({ timeout: 60_000 });
    await waitForRuns(page);
    const { runs } = (await (await page.request.get(`${server.origin}/api/v1/runs?path=tour.ipynb`)).json()) as {
      runs: { state: string }[];
    };
    expect(runs.filter(({ state }) => state !== 'ok')).toEqual([]);
    // Figures come into the page as they come into view.
    const loaded = new Set<string>();
    for (let screen = 0; screen < 12; screen++) {
      await page.waitForTimeout(300);
      const seen = await page
        .locator('[data-cell-outputs] img')
        .evaluateAll((all) =>
          all
            .filter((one) => (one as HTMLImageElement).naturalWidth > 100)
            .map((one) => one.closest<HTMLElement>('[data-cell-id]')?.dataset['cellId'] ?? ''),
        );
      for (const id of seen) loaded.add(id);
      await page.locator('[data-notebook-scroller]').evaluate((element) => element.scrollBy(0, 500));
    }
    expect(loaded.size).toBeGreaterThanOrEqual(2);
    await expect(page.locator('main[data-notebook]')).toHaveAttribute('data-save-state', 'saved', { timeout: 15_000 });
    const saved = JSON.parse(readFileSync(join(place.workspace, 'tour.ipynb'), 'utf8')) as {
      cells: { cell_type: string; execution_count?: number; outputs?: unknown[] }[];
    };
    const code = saved.cells.filter((one) => one.cell_type === 'code');
    expect(code.every((one) => typeof one.execution_count === 'number')).toBe(true);
    expect(JSON.stringify(code)).toContain('image/png');
    expect(errors).toEqual([]);
    // The link is good once.
    const other = await browser.newContext();
    const second = await other.newPage();
    await second.goto(server.link);
    await expect(second.getByText(/already used|expired/i)).toBeVisible();
    await other.close();
  } finally {
    await context.close();
    await server.stop();
  }
});

test('pages and sockets are closed to whoever is not signed in', async ({ browser, server }) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${server.origin}/n/x.ipynb`);
  await expect(page).toHaveURL(`${server.origin}/login`);
  expect((await page.request.get(`${server.origin}/api/v1/files`)).status()).toBe(401);
  await context.close();
});

test('a new notebook is made, typed into and run', async ({ page, server }) => {
  await page.goto(server.origin);
  await runAction(page, 'New notebook');
  await expect(page.locator('main[data-notebook]')).toHaveAttribute('data-doc-state', 'ready');
  await cell(page, 0).locator('[data-cell-editor]').click();
  await page.keyboard.type('print("far" + "field")');
  await page.keyboard.press('Shift+Enter');
  await expect(cell(page, 0).locator('[data-stream="stdout"]')).toHaveText(/farfield/, { timeout: 60_000 });
  await expect(cell(page, 0)).toHaveAttribute('data-execution-count', '1');
  await expect(cell(page, 0)).toHaveAttribute('data-run-state', 'ok');
});
