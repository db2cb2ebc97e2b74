import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { listInFolder } from '#server/process/process-identity.ts';
import { startPlainDask } from '#server/testing/dask.ts';
import { whyMissing } from '#server/testing/engine-process.ts';
import { toldOf } from '#server/testing/processes.ts';
import { launchFromPicker, openPicker, pickerField, pickerOf, startOf } from '../compute-picker.ts';
import { cell, expect, type Farfield, openNotebook, runAction, test, waitForRuns } from '../farfield.ts';
import { writeNotebookFile } from '../notebook-fixture.ts';
import { takePicture } from '../picture.ts';
import { findSerious } from '../serious-findings.ts';

const noDask = whyMissing('dask');

test.beforeEach(() => test.skip(noDask !== null, noDask ?? ''));

const size = { workers: 2, threads: 1, memoryBytes: 400_000_000 };
const pageOf = (page: Page) => page.locator('[data-cluster-page]');

/** Ends the scheduler of what was launched, as a machine does that runs out of memory. */
function killScheduler(home: string): void {
  const folder = join(home, 'clusters');
  const killed = readdirSync(folder)
    .flatMap((name) => listInFolder(join(folder, name)))
    .filter(({ pid }) => toldOf(pid, 'cmdline').includes('start_scheduler.py'));
  expect(killed.length).toBeGreaterThan(0);
  for (const { pid } of killed) process.kill(pid, 'SIGKILL');
}

async function keepTemplate(page: Page, server: Farfield, template: object): Promise<void> {
  const answer = await page.request.post(`${server.origin}/api/v1/cluster-templates`, {
    data: { kind: 'dask', size, idleMinutes: null, ...template },
    headers: { origin: server.origin },
  });
  expect(await answer.text()).toContain('"id"');
}

async function run(page: Page, index: number): Promise<void> {
  await cell(page, index).click();
  await page.keyboard.press('Control+Enter');
}

test('a start that fails says why, then what the engine wrote; one that is called off leaves nothing', async ({
  page,
  server,
}) => {
  test.setTimeout(180_000);
  const environment = { DASK_DISTRIBUTED__COMM__TLS__MIN_VERSION: '9' };
  await page.goto(`${server.origin}/`);
  await keepTemplate(page, server, { label: 'Broken', environment });
  await keepTemplate(page, server, { label: 'Huge', size: { ...size, memoryBytes: 900_000_000_000 } });
  await runAction(page, 'Show clusters');
  // What does not fit is refused beforehand, with the reason.
  const huge = page.locator('[data-template-row]', { hasText: 'Huge' });
  await expect(huge).toContainText(/memory/);
  await expect(huge.getByRole('button', { name: 'Launch Huge' })).toBeDisabled();

  await page.getByRole('button', { name: 'Launch Broken' }).click();
  const start = startOf(page, 'Broken');
  await expect(start).toHaveAccessibleName('“Broken” did not start', { timeout: 120_000 });
  await expect(start.getByRole('alert')).toBeVisible();
  await expect(start.getByRole('region', { name: 'End of the log' })).toContainText('min-version=9 is not supported');
  const [reason, log] = [start.getByRole('alert'), start.getByRole('region', { name: 'End of the log' })];
  expect((await reason.boundingBox())?.y).toBeLessThan((await log.boundingBox())?.y ?? 0);
  expect(await findSerious(page)).toEqual([]);
  await start.getByRole('button', { name: 'Remove it' }).click();
  await expect(page.getByRole('heading', { name: 'No cluster yet' })).toBeVisible({ timeout: 60_000 });

  await page.getByRole('button', { name: 'Launch Dask, small' }).click();
  await startOf(page, 'Dask, small').getByRole('button', { name: 'Call it off' }).click();
  await expect(page.getByRole('heading', { name: 'No cluster yet' })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('running work is asked about before workers go; who idles may be kept; one that dies can be launched again', async ({
  page,
  server,
}) => {
  test.setTimeout(300_000);
  const connect = 'from dask.distributed import Client\nclient = Client()\nprint("there")';
  const long =
    'import time\nparts = [client.submit(time.sleep, 600 + n) for n in range(2)]\nprint("sent")\nclient.gather(parts)';
  writeNotebookFile(server.place.workspace, 'busy.ipynb', [connect, long]);
  await openNotebook(page, server, 'busy.ipynb');
  await launchFromPicker(page, 'Dask, small');
  // Another start of the same size is foretold.
  await openPicker(page);
  await pickerField(page).fill('launch dask, small');
  await expect(pickerOf(page).getByRole('option').first()).toContainText(/last start \d/);
  await page.keyboard.press('Escape');
  await run(page, 0);
  await waitForRuns(page);

  // Nothing runs: with a short limit its end is announced, and "Keep" takes that back.
  await page.locator('[data-cluster-chip]').click();
  const whole = pageOf(page);
  await expect(whole).toHaveAttribute('data-cluster-page', 'ready');
  const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
  const setIdle = (minutes: number | null) =>
    page.request.put(`${server.origin}/api/v1/clusters/${id}/idle`, {
      data: { minutes },
      headers: { origin: server.origin },
    });
  expect((await setIdle(2)).ok()).toBe(true);
  const countdown = whole.locator('[data-idle-countdown]');
  await expect(countdown).toContainText(/idle: stops in \d:\d\d/, { timeout: 60_000 });
  const usedAt = async () =>
    ((await (await page.request.get(`${server.origin}/api/v1/clusters/${id}`)).json()) as { idle: { usedAt: number } })
      .idle.usedAt;
  const before = await usedAt();
  await countdown.getByRole('button', { name: 'Keep' }).click();
  await expect.poll(usedAt, { timeout: 30_000 }).toBeGreaterThan(before);
  expect((await setIdle(null)).ok()).toBe(true);
  await expect(countdown).toHaveCount(0);

  await page.locator('[data-tab$="busy.ipynb"]').click();
  await run(page, 1);
  await expect(cell(page, 1).locator('[data-cell-outputs]')).toContainText('sent', { timeout: 60_000 });
  await page.locator('[data-cluster-chip]').click();
  await expect(whole).toContainText('0 of 2 threads free', { timeout: 60_000 });
  await whole.getByRole('button', { name: 'One worker less' }).click();
  await whole.getByRole('button', { name: 'Change the size' }).click();
  const asks = page.getByRole('dialog', { name: 'Take workers away while work runs?' });
  await expect(asks).toContainText('2 tasks run');
  await asks.getByRole('button', { name: 'Cancel' }).click();
  await expect(whole.locator('[data-worker]')).toHaveCount(2);
  await whole.getByRole('button', { name: 'Change the size' }).click();
  await asks.getByRole('button', { name: 'Take them away' }).click();
  await expect(whole.locator('[data-worker]')).toHaveCount(1, { timeout: 60_000 });

  killScheduler(server.place.home);
  await expect(whole).toHaveAttribute('data-cluster-page', 'failed', { timeout: 90_000 });
  await expect(whole.getByRole('alert')).toBeVisible();
  expect(await findSerious(page)).toEqual([]);
  await takePicture(page, 'cluster-died');
  await page.locator('[data-tab$="busy.ipynb"]').click();
  await expect(page.locator('[data-cluster-chip]')).toHaveAttribute('data-cluster-chip', 'failed');
  await expect(cell(page, 1)).toHaveAttribute('data-run-state', 'error', { timeout: 120_000 });
  await page.locator('[data-cluster-chip]').click();
  await whole.getByRole('button', { name: 'Launch again' }).click();
  await expect(startOf(page, 'Dask, small')).toHaveAccessibleName('“Dask, small” is ready', { timeout: 120_000 });
  await startOf(page, 'Dask, small').getByRole('button', { name: 'Close' }).last().click();
  await page.locator('[data-tab$="busy.ipynb"]').click();
  await expect(page.locator('[data-cluster-chip]')).toHaveAttribute('data-cluster-chip', 'ready', { timeout: 60_000 });
  await run(page, 0);
  await expect(cell(page, 0)).toHaveAttribute('data-run-state', 'ok', { timeout: 60_000 });
});

test('one that others run is attached by its address; a notebook moves there with its outputs, and leaves', async ({
  page,
  server,
}) => {
  test.setTimeout(300_000);
  const others = await startPlainDask();
  try {
    const work = 'from dask.distributed import Client\nprint("sum", Client().submit(sum, [40, 2]).result())';
    writeNotebookFile(server.place.workspace, 'moving.ipynb', [work]);
    await openNotebook(page, server, 'moving.ipynb');
    await launchFromPicker(page, 'Dask, small');
    await run(page, 0);
    await waitForRuns(page);
    await expect(cell(page, 0).locator('[data-cell-outputs]')).toContainText('sum 42', { timeout: 60_000 });

    await openPicker(page);
    await pickerField(page).fill('attach');
    await pickerOf(page)
      .getByRole('option', { name: /by its address/ })
      .click();
    const form = page.getByRole('dialog', { name: 'Attach a cluster' });
    await form.getByRole('textbox', { name: /Address/ }).fill(others.place.address);
    await form.getByRole('textbox', { name: /Its pages/ }).fill(others.place.dashboard);
    await form.getByRole('textbox', { name: /Name/ }).fill('Of others');
    await form.getByRole('button', { name: 'Attach', exact: true }).click();
    const chip = page.locator('[data-cluster-chip]');
    await expect(chip).toContainText('Of others', { timeout: 60_000 });

    // What had run is offered again; its output is still there.
    const offer = page.locator('[data-move-offer]');
    await expect(offer).toContainText('runs on Of others now');
    await expect(cell(page, 0).locator('[data-cell-outputs]')).toContainText('sum 42', { timeout: 60_000 });
    await takePicture(page, 'cluster-move');
    await offer.getByRole('button', { name: /again that had run/ }).click();
    await waitForRuns(page);
    await expect(cell(page, 0).locator('[data-cell-outputs]')).toContainText('sum 42', { timeout: 60_000 });
    await expect(cell(page, 0)).toHaveAttribute('data-run-state', 'ok');

    await openPicker(page);
    await expect(
      pickerOf(page)
        .getByRole('option', { name: /Of others/ })
        .first(),
    ).toContainText('attached');
    await takePicture(page, 'picker-figures');
    await pickerField(page).fill('detach');
    await page.keyboard.press('Enter');
    await expect(chip).toHaveCount(0, { timeout: 30_000 });
    await expect(page.locator('[data-cluster-kept]')).toHaveCount(0);

    await expect(page.locator('main[data-notebook]')).toHaveAttribute('data-save-state', 'saved');

    // Nobody answers any more: grey, with the reason.
    await others.stop();
    await openPicker(page);
    await pickerField(page).fill('of others');
    await expect(
      pickerOf(page)
        .getByRole('option', { name: /Of others/ })
        .first(),
    ).toHaveAttribute('aria-disabled', 'true', {
      timeout: 60_000,
    });
  } finally {
    await others.stop();
  }
});
