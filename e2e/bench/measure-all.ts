import type { BenchRun, Measure } from './bench-run.ts';
import { trivialCells, writeCells } from './notebooks.ts';
import type { ProbeWindow } from './page-window.ts';
import { newPage } from './product.ts';
import { startRawKernel } from './raw-kernel.ts';
import { bringIntoView, selectCell, sinceInput } from './steps.ts';

const last = trivialCells.length - 1;

/** Row `all`: 200 trivial cells by one command, until the last result is painted. */
export const measureAll: Measure = async (run, product) => {
  if (product.name === 'Farfield') await measureFloor(run);
  const path = 'all.ipynb';
  writeCells(product.workspace, path, trivialCells);
  const context = await product.newContext(run.browser);
  const page = await newPage(context, product.installHooks);
  await page.goto(product.addressOf(path), { waitUntil: 'commit' });
  await product.ready(page);
  await product.settle(page, trivialCells.length);
  // The last cell is on the screen, and the kernel is there.
  await bringIntoView(page, last, trivialCells.length);
  await selectCell(page, last);
  const arm = () =>
    page.evaluate(
      ({ index, result }) => {
        const { hooks, probe } = window as unknown as ProbeWindow;
        const countOf = () => {
          const cell = hooks.cell(index);
          return cell === null ? null : hooks.count(cell);
        };
        const before = countOf() ?? 0;
        probe.arm(() => {
          const cell = hooks.cell(index);
          return cell !== null && (countOf() ?? 0) > before && hooks.output(cell).includes(result);
        });
      },
      { index: last, result: String(1 + last) },
    );
  await arm();
  await page.keyboard.press('Control+Enter');
  await sinceInput(page, 'the last cell');
  const samples: number[] = [];
  for (let round = 0; round < run.rounds; round++) {
    await page.waitForTimeout(1500);
    await arm();
    await product.runAll(page);
    samples.push(await sinceInput(page, 'the last of 200 cells'));
  }
  run.sheet.put('all.time', product.name, samples);
  await context.close();
  await product.endKernels();
};

async function measureFloor({ sheet, farfield, rounds }: BenchRun): Promise<void> {
  const raw = await startRawKernel(farfield.gateway());
  const samples: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const startedAt = performance.now();
    for (const code of trivialCells) await raw.execute(code);
    samples.push(performance.now() - startedAt);
  }
  await raw.stop();
  sheet.put('all.time', 'floor', samples);
}
