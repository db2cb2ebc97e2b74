import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { startPlainDask } from '#server/testing/dask.ts';
import { engineFile, whyMissing } from '#server/testing/engine-process.ts';
import { startJupyter } from '#server/testing/jupyter.ts';
import { launchFromPicker, openPicker, pickerField, pickerOf } from '../compute-picker.ts';
import { cell, expect, type Farfield, openNotebook, test, waitForRuns } from '../farfield.ts';
import { writeNotebookFile } from '../notebook-fixture.ts';
import { takePicture } from '../picture.ts';

async function post(page: Page, server: Farfield, path: string, data: object): Promise<void> {
  const answer = await page.request.post(`${server.origin}/api/v1/${path}`, {
    data,
    headers: { origin: server.origin },
  });
  expect(await answer.text()).toContain('"id"');
}

/** Where kernels find a cluster, as the server says. */
async function addressOf(page: Page, server: Farfield, label: string): Promise<string> {
  const { clusters } = (await (await page.request.get(`${server.origin}/api/v1/clusters`)).json()) as {
    clusters: { label: string; address: string }[];
  };
  return clusters.find((one) => one.label === label)?.address ?? 'nowhere';
}

const choose = async (page: Page, words: string, name: RegExp): Promise<void> => {
  await openPicker(page);
  await pickerField(page).fill(words);
  await pickerOf(page).getByRole('option', { name }).first().click();
};

const clustersIn = (page: Page) => pickerOf(page).getByRole('group', { name: 'Clusters', exact: true });

/** Two gateways elsewhere and three clusters in one picker; one notebook goes to each, and keeps what it has. */
test('one notebook moves across two gateways and three clusters', async ({ page, server }) => {
  const missing = whyMissing('dask');
  test.skip(missing !== null, missing ?? '');
  test.setTimeout(300_000);
  const lib = engineFile('dask', 'lib');
  const packages = join(lib, readdirSync(lib).find((name) => name.startsWith('python3')) ?? '', 'site-packages');
  const [north, south, theirs] = await Promise.all([
    startJupyter({ packages }),
    startJupyter({ packages }),
    startPlainDask(),
  ]);
  try {
    const where = 'import os\nprint("under", os.getppid())';
    const work =
      'from dask.distributed import Client\nclient = Client()\nprint("sum", client.submit(sum, [40, 2]).result(), "at", client.scheduler.address)';
    writeNotebookFile(server.place.workspace, 'across.ipynb', [where, work]);
    await openNotebook(page, server, 'across.ipynb');
    await post(page, server, 'gateways', { url: north.url, token: north.token, label: 'North' });
    await post(page, server, 'gateways', { url: south.url, token: south.token, label: 'South' });
    await post(page, server, 'clusters/attach', { kind: 'dask', label: 'Theirs', ...theirs.place });
    const size = { workers: 1, threads: 1, memoryBytes: 400_000_000 };
    for (const label of ['Harbour', 'Meadow'])
      await post(page, server, 'cluster-templates', { kind: 'dask', label, size, idleMinutes: null });
    const out = (index: number) => cell(page, index).locator('[data-cell-outputs]');
    const runAll = async (): Promise<void> => {
      for (const index of [0, 1]) {
        await cell(page, index).click();
        await page.keyboard.press('Control+Enter');
      }
      await waitForRuns(page);
    };

    const sumAt = async (label: string): Promise<string> => `sum 42 at ${await addressOf(page, server, label)}`;

    await launchFromPicker(page, 'Harbour');
    await runAll();
    await expect(out(1)).toContainText(await sumAt('Harbour'), { timeout: 60_000 });
    await launchFromPicker(page, 'Meadow');
    await runAll();
    await expect(out(1)).toContainText(await sumAt('Meadow'), { timeout: 60_000 });

    await openPicker(page);
    for (const name of [/^Python 3.*North/, /^Python 3.*South/])
      await expect(pickerOf(page).getByRole('option', { name }).first()).toBeVisible({ timeout: 60_000 });
    for (const name of [/^Harbour/, /^Meadow/, /^Theirs/])
      await expect(clustersIn(page).getByRole('option', { name })).toBeVisible({ timeout: 60_000 });
    await takePicture(page, 'picker');
    await page.keyboard.press('Escape');

    // A kernel elsewhere, and what it cannot reach: clusters of this machine.
    await choose(page, 'north', /North/);
    await expect(page.locator('[data-kernel-chip]')).toContainText('North', { timeout: 60_000 });
    await expect(out(1)).toContainText('sum 42');
    await openPicker(page);
    await expect(clustersIn(page).getByRole('option', { name: /^Harbour/ })).toHaveAttribute('aria-disabled', 'true', {
      timeout: 60_000,
    });
    await page.keyboard.press('Escape');
    await choose(page, 'theirs', /^Theirs/);
    await expect(page.locator('[data-cluster-chip]')).toContainText('Theirs', { timeout: 60_000 });
    await runAll();
    await expect(out(0)).toContainText(`under ${north.pid}`);
    await expect(out(1)).toContainText(await sumAt('Theirs'), { timeout: 60_000 });

    await choose(page, 'south', /South/);
    await expect(page.locator('[data-kernel-chip]')).toContainText('South', { timeout: 60_000 });
    await expect(out(0)).toContainText(`under ${north.pid}`);
    const offer = page.locator('[data-move-offer]');
    await expect(offer).toBeVisible();
    await offer.getByRole('button', { name: /again that had run/ }).click();
    await waitForRuns(page);
    await expect(out(0)).toContainText(`under ${south.pid}`);
  } finally {
    await Promise.all([north.stop(), south.stop(), theirs.stop()]);
  }
});
