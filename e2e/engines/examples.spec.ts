import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { expect, type Farfield, openNotebook, runAction, test, waitForRuns } from '../farfield.ts';
import { takePicture } from '../picture.ts';
import { cluster } from '../resource-panel.ts';
import { whyMissing } from '#server/testing/engine-process.ts';

const examples = fileURLToPath(new URL('../../examples/', import.meta.url));
/** What all sales of the examples bring, in cents: the same on each engine. */
const allCents = '100017160455';

const engines = [
  { name: 'spark', environment: 'spark', template: 'Spark, small', strip: 'Spark' },
  { name: 'spark-connect', environment: 'spark', template: 'Spark Connect, small', strip: 'Spark Connect' },
  { name: 'dask', environment: 'dask', template: 'Dask, small', strip: 'Dask' },
  { name: 'ray', environment: 'ray', template: 'Ray, small', strip: 'Ray' },
] as const;

/** Programs that are connected to the cluster that is there. */
async function programsOn(page: Page, server: Farfield): Promise<number> {
  const { clusters } = (await (await page.request.get(`${server.origin}/api/v1/clusters`)).json()) as {
    clusters: { seen: { picture: { clients: number | null } } | null }[];
  };
  return clusters[0]?.seen?.picture.clients ?? 0;
}

/** From the picker to ten million rows, without an address: the same work on each engine. */
for (const { name, environment, template, strip } of engines) {
  test(`${name}: launched from the picker, it reads, sums up and joins ten million rows`, async ({ page, server }) => {
    const missing = whyMissing(environment);
    test.skip(missing !== null, missing ?? '');
    test.setTimeout(400_000);
    cpSync(examples, server.place.workspace, { recursive: true });
    await openNotebook(page, server, `clusters/${name}.ipynb`);
    await page.keyboard.press('Alt+k');
    const picker = page.getByRole('dialog', { name: 'Where should this notebook run?' });
    await picker.getByRole('combobox', { name: 'Find a kernel or a cluster' }).fill(template);
    await expect(picker.getByRole('option', { name: new RegExp(`^${template}`) })).toBeVisible({ timeout: 60_000 });
    await page.keyboard.press('Enter');
    const start = page.getByRole('dialog', { name: `“${template}” is ready` });
    await expect(start).toBeVisible({ timeout: 200_000 });
    await start.getByRole('button', { name: 'Close' }).last().click();
    await expect(page.locator('[data-cluster-chip]')).toContainText(template, { timeout: 60_000 });

    await runAction(page, 'Run all cells');
    const progress = page.getByRole('group', { name: `Progress on ${strip}`, exact: true });
    const running = progress.and(page.locator('[data-progress="running"]'));
    // It may be there for a moment only.
    const figures = () => running.first().textContent({ timeout: 1_000 });
    await expect
      .poll(() => figures().catch(() => ''), { timeout: 200_000, intervals: [100] })
      .toMatch(/\d+ of \d+ tasks/);
    await running
      .first()
      .scrollIntoViewIfNeeded({ timeout: 2_000 })
      .catch(() => undefined);
    await takePicture(page, `strip-${name}`);
    // It is this cluster that works, and nothing in the kernel.
    await expect.poll(() => programsOn(page, server), { timeout: 120_000 }).toBeGreaterThan(0);
    await waitForRuns(page, 300_000);
    await expect(page.getByRole('main')).toContainText(allCents);
    const { runs } = (await (
      await page.request.get(`${server.origin}/api/v1/runs?path=${join('clusters', `${name}.ipynb`)}`)
    ).json()) as { runs: { state: string }[] };
    expect(runs.map(({ state }) => state)).toEqual(['ok', 'ok', 'ok', 'ok']);
    await expect(progress.last()).toContainText(new RegExp(`^${strip}: [\\d,]+ tasks? in `));
    // Its last figures come a moment after its end.
    if (name === 'ray') await expect(progress.last()).toContainText('Ray: 40 tasks in', { timeout: 60_000 });

    // Nothing that asks the engine says a word of its own in the notebook.
    await expect(page.getByRole('main')).not.toContainText('java.lang.');
    await runAction(page, 'Show resources');
    const figure = (title: string) => cluster(page).locator(`[data-resource-chart="${title}"]`);
    await expect(figure('CPU of all nodes')).toContainText(/\d of \d cores/, { timeout: 60_000 });
    await expect(figure('Memory of all nodes')).toContainText(/\d [MG]B/);
    await takePicture(page, `resources-on-${name}`);

    // The next one wants the memory.
    const { clusters } = (await (await page.request.get(`${server.origin}/api/v1/clusters`)).json()) as {
      clusters: { id: string }[];
    };
    for (const { id } of clusters)
      await page.request.delete(`${server.origin}/api/v1/clusters/${id}`, { headers: { origin: server.origin } });
  });
}
