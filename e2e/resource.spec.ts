import { startFakeDaskDashboard } from '#server/testing/fake-dask-dashboard.ts';
import { openCells } from './cells.ts';
import { cell, expect, openNotebook, runAction, signIn, test } from './farfield.ts';
import { cluster, curve, kernel, makeCluster, startOn } from './resource-panel.ts';
import { writeNotebookFile } from './notebook-fixture.ts';
import { takePicture } from './picture.ts';
import { findSerious } from './serious-findings.ts';

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
