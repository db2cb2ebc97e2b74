import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { readRecord } from '#server/kinds/provider/local/record.ts';
import { startFakeDaskDashboard } from '#server/testing/fake-dask-dashboard.ts';
import { openCells } from './cells.ts';
import { cell, expect, type Farfield, openNotebook, runAction, signIn, test } from './farfield.ts';
import { writeNotebookFile } from './notebook-fixture.ts';
import { takePicture } from './picture.ts';
import { findSerious } from './serious-findings.ts';

const kernel = (page: Page) => page.locator('[data-resource-kernel]');
const cluster = (page: Page) => page.locator('[data-resource-cluster]');
const curve = (page: Page, title: string) => page.locator(`[data-resource-chart="${title}"] canvas`);

const dask = fileURLToPath(new URL('../.venvs/dask', import.meta.url));
const missing = existsSync(join(dask, 'bin/python')) ? null : `no Dask in ${dask}: npm run test:engines installs it`;

/** Attaches or launches a cluster and waits until it is ready; its id. */
async function makeCluster(page: Page, server: Farfield, how: 'attach' | 'launch', form: object): Promise<string> {
  const url = `${server.origin}/api/v1/clusters`;
  const made = await page.request.post(how === 'attach' ? `${url}/attach` : url, { data: { kind: 'dask', ...form } });
  expect(made.ok(), await made.text()).toBe(true);
  const { id } = (await made.json()) as { id: string };
  const stateOf = async () => ((await (await page.request.get(`${url}/${id}`)).json()) as { state: string }).state;
  await expect.poll(stateOf, { timeout: 120_000 }).toBe('ready');
  return id;
}

/** Starts a kernel for the notebook that knows the cluster. */
async function startOn(page: Page, server: Farfield, path: string, id: string): Promise<void> {
  const data = { path, gatewayId: 'local', kernelName: 'farfield-python', clusterId: id };
  const started = await page.request.post(`${server.origin}/api/v1/sessions`, { data });
  expect(started.ok(), await started.text()).toBe(true);
}

test('what a kernel takes, while it runs and in the hour before; another browser sees the hour at once', async ({
  page,
  server,
  browser,
}) => {
  await openCells(page, server, 'use.ipynb', ['kept = bytearray(400_000_000)\nimport time\nwhile True: time.time()']);
  await runAction(page, 'Show resources');
  await expect(page.getByRole('complementary', { name: 'Resources' })).toContainText('No kernel yet');
  await runAction(page, 'Run all cells');
  await expect(cell(page, 0)).toHaveAttribute('data-run-state', 'running', { timeout: 60_000 });
  await expect(kernel(page)).toContainText(/[1-9]\.\d of \d+ cores|0\.[3-9] of \d+ cores/, { timeout: 30_000 });
  await expect(kernel(page)).toContainText(/[4-9]\d\d MB of/);
  await expect(curve(page, 'Memory')).toBeVisible();
  await expect(kernel(page).locator('[data-resource-age]')).toContainText(/^[0-3] s old$/);
  await takePicture(page, 'resources-kernel');

  // Nobody has to look for the hour to be kept.
  const other = await signIn(browser, server);
  const far = await other.newPage();
  const frames: string[] = [];
  far.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => frames.push(String(payload))));
  await openNotebook(far, server, 'use.ipynb');
  expect(frames.some((frame) => frame.includes('resource.sampled'))).toBe(false);
  await runAction(far, 'Show resources');
  await expect(kernel(far)).toContainText(/MB of/, { timeout: 5_000 });
  await expect.poll(() => frames.filter((frame) => frame.includes('resource.sampled')).length).toBeGreaterThan(1);
  await runAction(far, 'Close the panel');
  await far.waitForTimeout(1_500);
  const before = frames.filter((frame) => frame.includes('resource.sampled')).length;
  await far.waitForTimeout(3_000);
  expect(frames.filter((frame) => frame.includes('resource.sampled'))).toHaveLength(before);
  await other.close();
});

test('fifty nodes: tasks by state, who uses it, each node with its hour, by keys and on a phone', async ({
  page,
  server,
}) => {
  const fake = await startFakeDaskDashboard(50);
  try {
    writeNotebookFile(server.place.workspace, 'nodes.ipynb', ['1']);
    await openNotebook(page, server, 'nodes.ipynb');
    const id = await makeCluster(page, server, 'attach', { label: 'Fifty', ...fake.place });
    await startOn(page, server, 'nodes.ipynb', id);
    await runAction(page, 'Show resources');
    await expect(cluster(page)).toContainText('of 200 cores', { timeout: 30_000 });
    await expect(cluster(page).locator('[data-resource-tasks]')).toContainText('150 running');
    await expect(cluster(page)).toContainText('nodes.ipynb');
    const nodes = page.getByRole('list', { name: 'Nodes' }).getByRole('button');
    await expect(nodes).toHaveCount(50);
    await nodes.first().focus();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('group', { name: 'The last hour of node-0' }).locator('canvas')).toHaveCount(2);
    await takePicture(page, 'resources-cluster');
    expect(await findSerious(page)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    await runAction(page, 'Show resources');
    await expect(cluster(page)).toBeVisible();
    await takePicture(page, 'resources-cluster-narrow');
    const wide = await page.locator('[data-resources]').evaluate((one) => one.scrollWidth - one.clientWidth);
    expect(wide).toBeLessThanOrEqual(0);
    await page.reload();
    await page.setViewportSize({ width: 1440, height: 900 });
    await runAction(page, 'Close the panel');
    await page.waitForTimeout(1_500);
    // Nobody looks: from once a second back to what the life of the cluster needs.
    const asked = fake.asked();
    await page.waitForTimeout(5_000);
    expect(fake.asked() - asked).toBeLessThanOrEqual(1);
  } finally {
    fake.stop();
  }
});

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
  expect(await findSerious(page)).toEqual([]);
  await takePicture(page, 'cluster-figures');
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(figures).toBeVisible();
  const wide = await page.locator('[data-cluster-page]').evaluate((one) => one.scrollWidth - one.clientWidth);
  expect(wide).toBeLessThanOrEqual(0);
  await takePicture(page, 'cluster-figures-narrow');

  await page.setViewportSize({ width: 1440, height: 900 });
  await openNotebook(page, server, 'killed.ipynb');
  await expect(cell(page, 0).locator('[data-cell-outputs]')).toContainText('sum 780', { timeout: 180_000 });
});

test('a kernel that dies takes its memory with it, and the hour goes on with the next one', async ({
  page,
  server,
}) => {
  const source = 'import os, time\nkept = bytearray(400_000_000)\ntime.sleep(5)\nos.kill(os.getpid(), 9)';
  await openCells(page, server, 'dead.ipynb', [source]);
  await runAction(page, 'Show resources');
  await runAction(page, 'Run all cells');
  await expect(kernel(page)).toContainText(/Memory[4-9]\d\d MB of/, { timeout: 60_000 });
  await expect(page.locator('[data-death-report]')).toBeVisible({ timeout: 60_000 });
  await expect(kernel(page)).toContainText(/Memory\d\d\.\d MB of/, { timeout: 60_000 });
  await expect(kernel(page).locator('[data-resource-age]')).toContainText(/^[0-3] s old$/);
  await expect(curve(page, 'Memory')).toBeVisible();
  await takePicture(page, 'resources-death');
  expect(await findSerious(page)).toEqual([]);
});
