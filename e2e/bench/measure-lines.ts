import type { Measure } from './bench-run.ts';
import { startFarfield } from './farfield-product.ts';
import { startJupyterlab } from './jupyterlab-product.ts';
import { LineCount } from './line-count.ts';
import { forgetPeak, peakBytes, residentBytes } from './machine.ts';
import type { Product } from './product.ts';
import { measureBare } from './raw-kernel.ts';
import { openRunning, type RunningPage } from './running-page.ts';
import { heapBytes, pause } from './steps.ts';

const few = 100_000;
const many = 1_000_000;
/** The limiter of a gateway ends its silence within a second; whatever follows the last line belongs to the output as well. */
const afterLastMs = 1500;

const printing = (lines: number) => `for i in range(${lines}): print(i)`;

/** Rows `lines`: a cell that prints 100,000 lines, until the last is painted. */
export const measureLines: Measure = async (run, product) => {
  const { sheet, browser, farfield, rounds } = run;
  if (product.name === 'Farfield')
    sheet.put('lines.last', 'floor', await measureBare(farfield.gateway(), printing(few), { lines: few }, rounds));
  const [times, tasks, lost]: number[][] = [[], [], []];
  for (let round = 0; round < rounds; round++) {
    const path = `lines-${round}.ipynb`;
    const running = await openRunning(browser, product, path, ['1+1', printing(few)]);
    const one = await print(product, running, path, few, 60_000);
    times?.push(one.last);
    tasks?.push(one.task);
    lost?.push(one.lost);
    await running.context.close();
    await product.endKernels();
  }
  sheet.put('lines.last', product.name, times ?? []);
  sheet.put('lines.task', product.name, tasks ?? []);
  sheet.put('lines.lost', product.name, lost ?? []);
};

/** Rows `million`: the same with 1,000,000 lines, once, on a server that was just started. */
export const measureMillion: Measure = async (run, { name }) => {
  const { browser, sheet } = run;
  const ours = name === 'Farfield' ? await startFarfield(browser) : null;
  const product = ours ?? (await startJupyterlab(browser));
  try {
    if (ours !== null)
      sheet.put('million.last', 'floor', await measureBare(ours.gateway(), printing(many), { lines: many }, 1));
    const path = 'million.ipynb';
    const running = await openRunning(browser, product, path, ['1+1', printing(many)]);
    const idle = await idleMemory(product.pid);
    const one = await print(product, running, path, many, 180_000);
    sheet.put('million.last', name, [one.last]);
    sheet.put('million.lost', name, [one.lost]);
    sheet.put('million.task', name, [one.task]);
    sheet.put('million.server', name, [(peakBytes(product.pid) - idle) / 1e6]);
    const session = await running.context.newCDPSession(running.page);
    sheet.put('million.heap', name, [(await heapBytes(session)) / 1e6]);
    await running.context.close();
  } finally {
    await product.stop();
  }
};

/** Memory of a server that has nothing to do; its peak counts from here. */
export async function idleMemory(pid: number): Promise<number> {
  await pause(5000);
  forgetPeak(pid);
  return residentBytes(pid);
}

async function print(product: Product, running: RunningPage, path: string, lines: number, limitMs: number) {
  await running.select(1);
  const from = await running.now();
  const last = await running.run(1, { text: String(lines - 1), limitMs });
  await running.page.waitForTimeout(afterLastMs);
  const task = await running.longestTask(from);
  const count = new LineCount();
  for await (const piece of product.stored(running.page, path, 1)) count.take(piece);
  return { last, task, lost: count.lost(lines) };
}
