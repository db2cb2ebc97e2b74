import type { BenchRun, Measure } from './bench-run.ts';
import { lineCells, writeCells } from './notebooks.ts';
import type { ProbeWindow } from './page-window.ts';
import { newPage } from './product.ts';
import { startRawKernel } from './raw-kernel.ts';
import { selectCell, sinceInput } from './steps.ts';

/** Rows `lines`: a cell that prints 100,000 lines, until the last is painted. */
export const measureLines: Measure = async (run, product) => {
  if (product.name === 'Farfield') await measureFloor(run);
  const times: number[] = [];
  const tasks: number[] = [];
  for (let round = 0; round < run.rounds; round++) {
    const path = `lines-${round}.ipynb`;
    writeCells(product.workspace, path, lineCells);
    const context = await product.newContext(run.browser);
    const page = await newPage(context, product.installHooks);
    await page.goto(product.addressOf(path), { waitUntil: 'commit' });
    await product.ready(page);
    await page.waitForTimeout(1000);
    const runCell = async (index: number, text: string) => {
      await page.evaluate(
        ({ at, wanted }) => {
          const { hooks, probe } = window as unknown as ProbeWindow;
          probe.arm(() => {
            const cell = hooks.cell(at);
            return cell !== null && hooks.count(cell) !== null && hooks.output(cell).includes(wanted);
          });
        },
        { at: index, wanted: text },
      );
      await page.keyboard.press('Control+Enter');
      return sinceInput(page, `“${text}”`);
    };
    await selectCell(page, 0);
    await runCell(0, '2');
    await selectCell(page, 1);
    await page.waitForTimeout(500);
    const from = await page.evaluate(() => performance.now());
    times.push(await runCell(1, '99999'));
    // Whatever follows the last line belongs to the output as well.
    await page.waitForTimeout(1500);
    tasks.push(await page.evaluate((since) => (window as unknown as ProbeWindow).probe.longestTask(since), from));
    await context.close();
    await product.endKernels();
  }
  run.sheet.put('lines.last', product.name, times);
  run.sheet.put('lines.task', product.name, tasks);
};

async function measureFloor({ sheet, farfield, rounds }: BenchRun): Promise<void> {
  const raw = await startRawKernel(farfield.gateway());
  const samples: number[] = [];
  for (let round = 0; round < rounds; round++) samples.push(await raw.execute(lineCells[1] ?? ''));
  await raw.stop();
  sheet.put('lines.last', 'floor', samples);
}
