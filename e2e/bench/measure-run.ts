import type { Page } from '@playwright/test';
import type { BenchRun, Measure } from './bench-run.ts';
import { figuresOf } from './figures.ts';
import { hundredCells, markerOf, writeCells } from './notebooks.ts';
import type { ProbeWindow } from './page-window.ts';
import { newPage, type Product } from './product.ts';
import { startRawKernel } from './raw-kernel.ts';
import { pause, selectCell, sinceInput } from './steps.ts';

const runs = 200;
const path = 'run-hundred.ipynb';

/** Rows `run`: one small execution, through the page and through the server alone. */
export const measureRun: Measure = async (run, product) => {
  writeCells(product.workspace, path, hundredCells);
  await measurePainted(run, product);
  if (product.name === 'Farfield') await measureAdded(run);
  await product.endKernels();
};

async function measurePainted({ browser, sheet }: BenchRun, product: Product): Promise<void> {
  const context = await product.newContext(browser);
  const page = await newPage(context, product.installHooks, markerOf(product.workspace, path, 1));
  await page.goto(product.addressOf(path), { waitUntil: 'commit' });
  await product.ready(page);
  await page.waitForTimeout(1500);
  await selectCell(page, 0);
  const samples: number[] = [];
  // The first runs start the kernel and warm the code up.
  for (let at = -5; at < runs; at++) {
    const ms = await runOnce(page);
    if (at >= 0) samples.push(ms);
  }
  sheet.put('run.painted', product.name, samples);
  await context.close();
}

/** Shift-Enter on the first cell, from the key to its new number and result on the screen; then back to it. */
export async function runOnce(page: Page): Promise<number> {
  await page.evaluate(() => {
    const { hooks, probe } = window as unknown as ProbeWindow;
    const countOf = () => {
      const cell = hooks.cell(0);
      return cell === null ? null : hooks.count(cell);
    };
    const before = countOf() ?? 0;
    probe.arm(() => (countOf() ?? 0) > before && hooks.output(hooks.cell(0) as HTMLElement).includes('2'));
  });
  await page.keyboard.press('Shift+Enter');
  const ms = await sinceInput(page, '1+1');
  await page.keyboard.press('ArrowUp');
  await page.waitForTimeout(150);
  return ms;
}

/** The same run asked for by a client without a page, alternating with the bare kernel socket. */
async function measureAdded({ sheet, farfield }: BenchRun): Promise<void> {
  const follower = await farfield.follow();
  await follower.open(path);
  const raw = await startRawKernel(farfield.gateway());
  const ours: number[] = [];
  const floor: number[] = [];
  for (let at = -5; at < runs; at++) {
    const direct = await raw.execute('1+1');
    await pause(5);
    const through = await follower.run('cell-0');
    await pause(5);
    if (at < 0) continue;
    floor.push(direct);
    ours.push(through);
  }
  await raw.stop();
  follower.stop();
  const [bare, whole] = [figuresOf(floor), figuresOf(ours)];
  sheet.put('run.painted', 'floor', bare);
  sheet.put('run.added', 'Farfield', {
    p50: (whole.p50 ?? Number.NaN) - (bare.p50 ?? Number.NaN),
    p95: (whole.p95 ?? Number.NaN) - (bare.p95 ?? Number.NaN),
  });
}
