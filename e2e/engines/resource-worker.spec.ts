import { join } from 'node:path';
import { readRecord } from '#server/kinds/provider/local/record.ts';
import { whyMissing } from '#server/testing/engine-process.ts';
import { cell, expect, openNotebook, runAction, test } from '../farfield.ts';
import { writeNotebookFile } from '../notebook-fixture.ts';
import { takePicture } from '../picture.ts';
import { cluster, kernel, makeCluster, startOn } from '../resource-panel.ts';
import { findSerious } from '../serious-findings.ts';

const missing = whyMissing('dask');

const work = [
  'import time',
  'from dask.distributed import Client',
  'def part(n):',
  '    kept = bytearray(60_000_000)',
  '    end = time.time() + 1.5',
  '    while time.time() < end: pass',
  '    return n',
  'client = Client()',
  'print("sum", sum(client.gather(client.map(part, range(40)))))',
].join('\n');

test('a worker that is killed while it works: the panel and the page of the cluster say so, and the work goes on', async ({
  page,
  server,
}) => {
  test.skip(missing !== null, missing ?? '');
  test.setTimeout(300_000);
  writeNotebookFile(server.place.workspace, 'killed.ipynb', [work]);
  writeNotebookFile(server.place.workspace, 'beside.ipynb', ['1']);
  await openNotebook(page, server, 'killed.ipynb');
  const size = { workers: 2, threads: 1, memoryBytes: 500_000_000 };
  const id = await makeCluster(page, server, 'launch', { label: 'Two', size, idleMinutes: null });
  for (const path of ['beside.ipynb', 'killed.ipynb']) await startOn(page, server, path, id);
  await runAction(page, 'Show resources');
  await runAction(page, 'Run all cells');
  const tasks = cluster(page).locator('[data-resource-tasks]');
  await expect(tasks).toContainText(/[1-9]\d* running/, { timeout: 60_000 });
  await expect(tasks).toContainText(/[1-9]\d* kept/, { timeout: 60_000 });
  await expect(cluster(page).locator('[data-resource-node]')).toHaveCount(2);
  await expect(cluster(page)).toContainText('beside.ipynb, killed.ipynb');
  await takePicture(page, 'resources-dask');

  // A tab that is gone to looks at the same cluster: what the other one leaves is not what it follows.
  await page.getByRole('treeitem', { name: 'beside.ipynb' }).click();
  await expect(page).toHaveURL(/beside/);
  await expect(kernel(page)).toContainText('MB of', { timeout: 30_000 });
  await page.locator('[data-tab="killed.ipynb"]').click();
  await expect(page).toHaveURL(/killed/);
  const age = cluster(page).locator('[data-resource-age]');
  await expect(age).toContainText(/^[0-3] s old$/);

  const worker = readRecord(join(server.place.home, 'clusters', id))?.workers.find(({ name }) => name === 'worker-2');
  process.kill(worker?.pid ?? Number.NaN, 'SIGKILL');
  await expect(cluster(page).locator('[data-resource-gone="worker-2"]')).toContainText(/gone (just now|\d+ s ago)/, {
    timeout: 30_000,
  });
  await expect(cluster(page).locator('[data-resource-node]')).toHaveCount(1);
  await takePicture(page, 'resources-gone');
  expect(await findSerious(page)).toEqual([]);
  await page.setViewportSize({ width: 390, height: 844 });
  await runAction(page, 'Show resources');
  await takePicture(page, 'resources-gone-narrow');
  await page.keyboard.press('Escape');
  await page.setViewportSize({ width: 1440, height: 900 });

  await runAction(page, 'Show resources');
  await cluster(page).getByRole('button', { name: 'Open its page' }).click({ timeout: 20_000 });
  await expect(page).toHaveURL(`${server.origin}/clusters/${id}`);
  const figures = page.locator('[data-cluster-page] [data-resource-cluster]');
  await expect(figures.locator('canvas')).toHaveCount(3, { timeout: 30_000 });
  await expect(figures.locator('[data-resource-gone="worker-2"]')).toBeVisible();
  await expect(page.locator('[data-worker]')).toHaveCount(1);
  await runAction(page, 'Close the panel');
  expect(await findSerious(page)).toEqual([]);
  await takePicture(page, 'cluster-figures');
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(figures).toBeVisible();
  const wide = await page.locator('[data-cluster-page]').evaluate((one) => one.scrollWidth - one.clientWidth);
  expect(wide).toBeLessThanOrEqual(0);
  await takePicture(page, 'cluster-figures-narrow');

  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByRole('button', { name: 'Start the 1 worker that went' }).click();
  await expect(page.locator('[data-worker]')).toHaveCount(2, { timeout: 60_000 });
  await expect(page.getByRole('button', { name: 'Change the size' })).toBeDisabled();
  await openNotebook(page, server, 'killed.ipynb');
  await expect(cell(page, 0).locator('[data-cell-outputs]')).toContainText('sum 780', { timeout: 180_000 });
});
