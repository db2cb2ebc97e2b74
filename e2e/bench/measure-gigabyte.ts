import type { Measure } from './bench-run.ts';
import { startFarfield } from './farfield-product.ts';
import { LineCount } from './line-count.ts';
import { peakBytes } from './machine.ts';
import { idleMemory } from './measure-lines.ts';
import { markerOf } from './notebooks.ts';
import type { ProbeWindow } from './page-window.ts';
import { newPage } from './product.ts';
import { measureBare } from './raw-kernel.ts';
import { openRunning } from './running-page.ts';
import { heapBytes } from './steps.ts';

const lines = 2_000_000;
/** With its number, its blank and its end a line has 500 bytes or a little more. */
const filler = 498;
const code = `filler = 'x' * ${filler}\nfor i in range(${lines}): print(i, filler)`;
const limitMs = 1_200_000;

/** Rows `gigabyte`: 1 GB in lines, once, on a server that was just started. The same would end a JupyterLab's page. */
export const measureGigabyte: Measure = async ({ browser, sheet }, { name }) => {
  if (name !== 'Farfield') return;
  const product = await startFarfield(browser);
  try {
    sheet.put('gigabyte.last', 'floor', await measureBare(product.gateway(), code, { lines }, 1));
    const path = 'gigabyte.ipynb';
    const running = await openRunning(browser, product, path, ['first_cell = 1; 1+1', code]);
    const idle = await idleMemory(product.pid);
    await running.select(1);
    const last = await running.run(1, { text: `${lines - 1} ${'x'.repeat(20)}`, limitMs });
    sheet.put('gigabyte.last', name, [last]);
    // What is read of the server to count it is memory of this measurement.
    sheet.put('gigabyte.server', name, [(peakBytes(product.pid) - idle) / 1e6]);
    const session = await running.context.newCDPSession(running.page);
    sheet.put('gigabyte.heap', name, [(await heapBytes(session)) / 1e6]);
    const count = new LineCount();
    for await (const piece of product.stored(running.page, path, 1)) count.take(piece);
    sheet.put('gigabyte.lost', name, [count.lost(lines)]);
    await running.context.close();
    const context = await product.newContext(browser);
    const page = await newPage(context, product.installHooks, markerOf(product.workspace, path, 0));
    await page.goto(product.addressOf(path), { waitUntil: 'commit' });
    sheet.put('gigabyte.open', name, [await page.evaluate(() => (window as unknown as ProbeWindow).firstCell)]);
    await product.ready(page);
    await context.close();
  } finally {
    await product.stop();
  }
};
