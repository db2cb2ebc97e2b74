import type { Measure } from './bench-run.ts';
import { startFarfield } from './farfield-product.ts';
import { startJupyterlab } from './jupyterlab-product.ts';
import { residentBytes } from './machine.ts';
import { hundredCells, writeCells } from './notebooks.ts';
import { newPage } from './product.ts';
import { pause } from './steps.ts';

const warmUp = 5;
const further = 20;

/** Rows `memory`: of a server that was just started. */
export const measureMemory: Measure = async ({ browser, sheet }, { name }) => {
  const product = name === 'Farfield' ? await startFarfield(browser) : await startJupyterlab(browser);
  try {
    const paths = Array.from({ length: 1 + warmUp + further }, (_, index) => `memory-${index}.ipynb`);
    for (const path of paths) writeCells(product.workspace, path, hundredCells);
    const context = await product.newContext(browser);
    const page = await newPage(context, product.installHooks);
    await page.goto(product.addressOf(paths[0] ?? ''));
    await product.ready(page);
    await context.close();
    await product.endKernels();
    await pause(10_000);
    sheet.put('memory.idle', name, [residentBytes(product.pid) / 1e6]);
    const closeFirst = await product.openOnServer(paths.slice(1, 1 + warmUp));
    await pause(3000);
    const before = residentBytes(product.pid);
    const closeRest = await product.openOnServer(paths.slice(1 + warmUp));
    await pause(5000);
    sheet.put('memory.notebook', name, [(residentBytes(product.pid) - before) / 1e6 / further]);
    await closeFirst();
    await closeRest();
  } finally {
    await product.stop();
  }
};
