import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { startFakeDaskDashboard } from '#server/testing/fake-dask-dashboard.ts';
import { Farfield, newPlace, openNotebook, signIn } from '../farfield.ts';
import { writeNotebookFile } from '../notebook-fixture.ts';
import type { Measure } from './bench-run.ts';
import { installFarfieldHooks } from './page-hooks.ts';
import type { ProbeWindow } from './page-window.ts';
import { newPage } from './product.ts';
import { sinceInput } from './steps.ts';

const kernelspecs = 500;
const clusters = 100;
/** A pointer is on what it presses for a moment before. */
const pointedMs = 200;

/**
 * Rows `picker`: from the press on the chip to the painted lines. A server of its own, whose Jupyter has 500 kernelspecs on
 * its disk, and to which 100 clusters are attached: the engine of all of them is one fake in this process.
 */
export const measurePicker: Measure = async ({ browser, sheet, rounds }, product) => {
  if (product.name !== 'Farfield') return;
  const place = newPlace();
  const jupyter = join(place.home, 'many');
  for (let index = 0; index < kernelspecs; index++) writeSpec(jupyter, index);
  writeNotebookFile(place.workspace, 'picker.ipynb', ['1']);
  const fake = await startFakeDaskDashboard(2);
  const server = await Farfield.start(place, { env: { JUPYTER_PATH: jupyter } });
  try {
    const context = await signIn(browser, server);
    for (let index = 0; index < clusters; index++) {
      const data = { kind: 'dask', label: `cluster ${index}`, ...fake.place };
      const headers = { origin: server.origin };
      const answer = await context.request.post(`${server.origin}/api/v1/clusters/attach`, { data, headers });
      if (!answer.ok()) throw new Error(await answer.text());
    }
    const figures = { first: [] as number[], again: [] as number[], find: [] as number[] };
    for (let round = 0; round < rounds; round++) {
      const page = await newPage(context, installFarfieldHooks);
      await openNotebook(page, server, 'picker.ipynb');
      // Jupyter has read its kernelspecs once: a fresh one takes its own time for that.
      await page.waitForTimeout(round === 0 ? 15_000 : 3_000);
      figures.first.push(await opening(page));
      await closing(page);
      figures.again.push(await opening(page));
      figures.find.push(await finding(page));
      await page.close();
    }
    for (const name of ['first', 'again', 'find'] as const) sheet.put(`picker.${name}`, product.name, figures[name]);
    await context.close();
  } finally {
    await server.stop();
    fake.stop();
  }
};

function writeSpec(folder: string, index: number): void {
  const name = `many-${String(index).padStart(3, '0')}`;
  mkdirSync(join(folder, 'kernels', name), { recursive: true });
  const spec = { argv: ['python3', '{connection_file}'], display_name: `Python, project ${index}`, language: 'python' };
  writeFileSync(join(folder, 'kernels', name, 'kernel.json'), JSON.stringify(spec));
}

/** Presses the chip; ms until a screen full of lines is painted. */
async function opening(page: Page): Promise<number> {
  await page.evaluate(() => {
    const { probe } = window as unknown as ProbeWindow;
    probe.arm(() => document.querySelectorAll('[role="dialog"] [role="option"]').length >= 20);
  });
  const chip = page.locator('[data-kernel-chip]');
  await chip.hover();
  await page.waitForTimeout(pointedMs);
  await chip.click();
  return sinceInput(page, 'the lines of the picker');
}

async function closing(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}

/** Types the last letter of a word that one cluster alone has; ms until its line is the only one. */
async function finding(page: Page): Promise<number> {
  await page.keyboard.type(`dask cluster ${clusters - 2}`.slice(0, -1));
  await page.waitForTimeout(500);
  await page.evaluate(() => {
    const { probe } = window as unknown as ProbeWindow;
    probe.arm(() => document.querySelectorAll('[role="dialog"] [role="option"]').length === 1);
  });
  await page.keyboard.press(String((clusters - 2) % 10));
  return sinceInput(page, 'the cluster that is looked for');
}
