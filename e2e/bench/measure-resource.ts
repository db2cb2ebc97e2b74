import { startFakeDaskDashboard } from '#server/testing/fake-dask-dashboard.ts';
import { runAction } from '../farfield.ts';
import type { Measure } from './bench-run.ts';
import { cpuSeconds } from './machine.ts';
import { trivialCells, writeCells } from './notebooks.ts';
import { newPage } from './product.ts';
import { pause } from './steps.ts';

const nodes = 50;
const warmUpMs = 5_000;
const measuredMs = 20_000;

/**
 * Rows `resource`: a notebook whose cluster has 50 nodes, each of them a fake in this process, which answers as a
 * scheduler's HTTP server does. All that the server spends while the panel is open, and the frames of the page meanwhile,
 * with the hour of one node opened.
 */
export const measureResource: Measure = async ({ browser, sheet, farfield }, product) => {
  if (product.name !== 'Farfield') return;
  const fake = await startFakeDaskDashboard(nodes);
  const path = 'resource.ipynb';
  writeCells(product.workspace, path, trivialCells.slice(0, 10));
  const context = await product.newContext(browser);
  try {
    const page = await newPage(context, product.installHooks);
    await page.goto(product.addressOf(path), { waitUntil: 'commit' });
    await product.ready(page);
    const call = async (route: string, data: object): Promise<{ id?: string }> => {
      const answer = await context.request.post(new URL(route, farfield.home()).href, { data });
      if (!answer.ok()) throw new Error(`${route}: ${await answer.text()}`);
      return (await answer.json()) as { id?: string };
    };
    const { id } = await call('/api/v1/clusters/attach', { kind: 'dask', label: 'fake', ...fake.place });
    const state = async () => {
      const answer = await context.request.get(new URL(`/api/v1/clusters/${id}`, farfield.home()).href);
      return ((await answer.json()) as { state: string }).state;
    };
    while ((await state()) !== 'ready') await pause(100);
    const kernel = { path, gatewayId: 'local', kernelName: 'farfield-python', clusterId: id };
    await call('/api/v1/sessions', kernel);
    await pause(warmUpMs);
    await runAction(page, 'Show resources');
    await page
      .locator('[data-resource-node]')
      .nth(nodes - 1)
      .waitFor({ state: 'attached' });
    await page.locator('[data-resource-node] button').first().click();
    await pause(warmUpMs);
    const asked = fake.asked();
    let frames = 0;
    const open = await share(product.pid, async () => {
      frames = await page.evaluate(
        (ms) =>
          new Promise<number>((done) => {
            let count = 0;
            const from = performance.now();
            const frame = (now: number): void => {
              count += 1;
              if (now - from < ms) requestAnimationFrame(frame);
              else done((count * 1000) / (now - from));
            };
            requestAnimationFrame(frame);
          }),
        measuredMs,
      );
    });
    // One request a second, and three tell of all: the counts of tasks, workers as JSON, which it has not, and the page of workers.
    if (fake.asked() - asked < (0.25 * measuredMs) / 1000) throw new Error('the nodes were hardly asked for');
    sheet.put('resource.core', product.name, [100 * open]);
    sheet.put('resource.frames', product.name, [frames]);
  } finally {
    await context.close();
    fake.stop();
  }
};

/** Of one core, while `work` lasts. */
async function share(pid: number, work: () => Promise<unknown>): Promise<number> {
  const [before, startedAt] = [cpuSeconds(pid), performance.now()];
  await work();
  return (cpuSeconds(pid) - before) / ((performance.now() - startedAt) / 1000);
}
