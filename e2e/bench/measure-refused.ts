import type { Measure } from './bench-run.ts';
import { startFarfield } from './farfield-product.ts';
import { LineCount } from './line-count.ts';
import { peakBytes } from './machine.ts';
import { idleMemory } from './measure-lines.ts';
import { writeCells } from './notebooks.ts';
import type { ProbeWindow } from './page-window.ts';
import { openRunning } from './running-page.ts';

const megabytes = 300;
const large = [
  'from IPython.display import display',
  `display({'text/plain': 'x' * (${megabytes} * 2**20)}, raw=True)`,
].join('\n');
const lines = 20_000;
/** Some ten seconds of lines, to be under way while the large message comes. */
const besides = `import time\nfor i in range(${lines}):\n    print(i)\n    if i % 20 == 0: time.sleep(0.01)`;

/**
 * Rows `refused`: a message above the limit, with a cell queued behind it and a second notebook that prints meanwhile.
 * The queued cell needs what its kernel had before: a kernel or a connection that was given up does not answer right.
 */
export const measureRefused: Measure = async ({ browser, sheet }, { name }) => {
  if (name !== 'Farfield') return;
  const product = await startFarfield(browser);
  try {
    const other = 'refused-beside.ipynb';
    writeCells(product.workspace, other, [besides]);
    const follower = await product.follow();
    await follower.open(other);
    await product.startKernel(other);
    const running = await openRunning(browser, product, 'refused.ipynb', ['kept = 40; 1+1', large, 'kept + 2']);
    const idle = await idleMemory(product.pid);
    const printed = follower.run('cell-0');
    await running.select(1);
    const from = await running.now();
    await running.page.keyboard.press('Control+Enter');
    await running.select(2);
    const limitMs = 120_000;
    await running.run(2, { text: '42', limitMs });
    const at = await running.page.evaluate(() => (window as unknown as ProbeWindow).probe.at());
    sheet.put('refused.next', name, [at - from]);
    await running.until(1, { text: '', limitMs: 5000 });
    const markers = await running.page.evaluate(() => {
      const { hooks } = window as unknown as ProbeWindow;
      const cell = hooks.cell(1);
      return cell === null ? 0 : hooks.output(cell).split('was refused').length - 1;
    });
    sheet.put('refused.markers', name, [markers]);
    await printed;
    const count = new LineCount();
    for await (const piece of product.stored(running.page, other, 0)) count.take(piece);
    sheet.put('refused.lost', name, [count.lost(lines)]);
    sheet.put('refused.server', name, [(peakBytes(product.pid) - idle) / 1e6]);
    follower.stop();
    await running.context.close();
  } finally {
    await product.stop();
  }
};
