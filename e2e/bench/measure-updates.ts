import type { Measure } from './bench-run.ts';
import type { ProbeWindow } from './page-window.ts';
import { measureBare } from './raw-kernel.ts';
import { openRunning } from './running-page.ts';

const updates = 2000;
const code = [
  'from IPython.display import display',
  "shown = display('update 0 of many', display_id=True)",
  `for i in range(1, ${updates + 1}): shown.update(f'update {i} of many')`,
].join('\n');

/** Rows `updates`: one display that a cell updates as fast as it can, until the last is painted. */
export const measureUpdates: Measure = async ({ browser, sheet, farfield, rounds }, product) => {
  if (product.name === 'Farfield')
    sheet.put('updates.last', 'floor', await measureBare(farfield.gateway(), code, { updates }, rounds));
  const figures = { last: [] as number[], repaints: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    const running = await openRunning(browser, product, `updates-${round}.ipynb`, ['1+1', code]);
    await running.select(1);
    await running.page.evaluate(() => (window as unknown as ProbeWindow).probe.watchOutput(1));
    const last = await running.run(1, { text: `update ${updates} of many`, limitMs: 60_000 });
    figures.last.push(last);
    const changes = await running.page.evaluate(() => (window as unknown as ProbeWindow).probe.outputChanges());
    if (changes.all === 0) throw new Error('the watch saw no change of the output');
    figures.repaints.push(changes.mostPerFrame);
    await running.context.close();
    await product.endKernels();
  }
  for (const part of ['last', 'repaints'] as const) sheet.put(`updates.${part}`, product.name, figures[part]);
};
