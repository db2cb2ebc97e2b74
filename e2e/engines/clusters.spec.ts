import { whyMissing } from '#server/testing/engine-process.ts';
import { cell, expect, openNotebook, test, waitForRuns } from '../farfield.ts';
import { openPicker, pickerField, pickerOf, startOf } from '../compute-picker.ts';
import { writeNotebookFile } from '../notebook-fixture.ts';
import { takePicture } from '../picture.ts';
import { findSerious } from '../serious-findings.ts';

const noDask = whyMissing('dask');

test('a cluster is launched from the picker, works for the notebook, and is kept, scaled and stopped', async ({
  page,
  server,
}) => {
  test.skip(noDask !== null, noDask ?? '');
  test.setTimeout(300_000);
  const work =
    'from dask.distributed import Client\nclient = Client()\nprint("sum", client.submit(sum, [40, 2]).result(), client.scheduler.address)';
  writeNotebookFile(server.place.workspace, 'far.ipynb', [work]);
  await openNotebook(page, server, 'far.ipynb');
  await openPicker(page);
  expect(await findSerious(page)).toEqual([]);
  await pickerField(page).fill('dask small');
  await expect(pickerOf(page).getByRole('option')).toHaveCount(1);
  await page.keyboard.press('Enter');

  // Every wait has its reason; the notebook is attached as soon as the cluster is ready.
  const start = startOf(page, 'Dask, small');
  await expect(start.getByRole('list', { name: 'Steps of the start' }).getByRole('listitem')).not.toHaveCount(0);
  await takePicture(page, 'cluster-launch');
  await expect(start).toHaveAccessibleName('“Dask, small” is ready', { timeout: 120_000 });
  expect(await findSerious(page)).toEqual([]);
  await start.getByRole('button', { name: 'Close' }).last().click();
  const chip = page.locator('[data-cluster-chip]');
  await expect(chip).toContainText('Dask, small', { timeout: 60_000 });
  await cell(page, 0).click();
  await page.keyboard.press('Control+Enter');
  await waitForRuns(page);
  await expect(cell(page, 0).locator('[data-cell-outputs]')).toContainText('sum 42 tls://127.0.0.1:', {
    timeout: 60_000,
  });

  // What it says of itself.
  await openPicker(page);
  await pickerField(page).fill('dask far.ipynb');
  await expect(pickerOf(page).getByRole('option').first()).toContainText(/\d of \d threads? free/);
  await page.keyboard.press('Escape');
  await chip.click();
  const whole = page.locator('[data-cluster-page="ready"]');
  await expect(whole.getByRole('row')).toHaveCount(3, { timeout: 60_000 });
  await expect(whole.getByRole('region', { name: 'Lines of the log' })).toContainText(/scheduler/i);
  expect(await findSerious(page)).toEqual([]);
  await takePicture(page, 'cluster-page');
  await whole.getByRole('button', { name: 'One worker less' }).click();
  await whole.getByRole('button', { name: 'Change the size' }).click();
  await expect(whole.getByRole('row')).toHaveCount(2, { timeout: 60_000 });
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(whole.getByRole('button', { name: 'Stop…' })).toBeInViewport();
  await page.setViewportSize({ width: 1440, height: 900 });

  await whole.getByRole('button', { name: 'Stop…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'This cluster is not there any more' })).toBeVisible({
    timeout: 60_000,
  });
});

test('what is attached is asked first: the reason stands in the form', async ({ page, server }) => {
  await page.goto(`${server.origin}/`);
  await page.getByRole('button', { name: 'Clusters', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'No cluster yet' })).toBeVisible();
  await page.getByRole('button', { name: 'Attach one…' }).click();
  const form = page.getByRole('dialog', { name: 'Attach a cluster' });
  await form.getByRole('textbox', { name: /Address/ }).fill('tcp://127.0.0.1:9');
  await form.getByRole('textbox', { name: /Its pages/ }).fill('http://127.0.0.1:9/');
  await form.getByRole('button', { name: 'Attach', exact: true }).click();
  await expect(form.getByRole('alert')).toBeVisible({ timeout: 60_000 });
  expect(await findSerious(page)).toEqual([]);
});
