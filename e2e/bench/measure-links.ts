import type { Measure } from './bench-run.ts';
import { startFarfield } from './farfield-product.ts';
import { residentBytes } from './machine.ts';
import { writeCells } from './notebooks.ts';
import { pause } from './steps.ts';

const warmUp = 5;
const links = 50;
/** Kernels that start at the same time. */
const together = 5;

/**
 * Row `links`: notebooks that are open anyway get a kernel each, which runs a cell and then has nothing to do: what the
 * connections cost. A notebook of JupyterLab has its kernel from the start; row `memory` has both together.
 */
export const measureLinks: Measure = async ({ browser, sheet }, { name }) => {
  if (name !== 'Farfield') return;
  const product = await startFarfield(browser);
  try {
    const paths = Array.from({ length: warmUp + links }, (_, index) => `link-${index}.ipynb`);
    const open = await Promise.all(
      paths.map(async (path) => {
        writeCells(product.workspace, path, ['1+1']);
        const follower = await product.follow();
        await follower.open(path);
        return { path, follower };
      }),
    );
    const start = async (some: typeof open) => {
      for (let at = 0; at < some.length; at += together) {
        await Promise.all(
          some.slice(at, at + together).map(async ({ path, follower }) => {
            await product.startKernel(path);
            await follower.run('cell-0');
          }),
        );
      }
    };
    await start(open.slice(0, warmUp));
    await pause(10_000);
    const before = residentBytes(product.pid);
    await start(open.slice(warmUp));
    await pause(10_000);
    sheet.put('links.link', name, [(residentBytes(product.pid) - before) / 1e6 / links]);
    for (const { follower } of open) follower.stop();
  } finally {
    await product.stop();
  }
};
