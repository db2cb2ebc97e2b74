import type { Page } from '@playwright/test';
import { frameTimes } from './bare-page.ts';
import type { Measure } from './bench-run.ts';
import { codeCellNear, writeGenerated } from './notebooks.ts';
import type { ProbeWindow } from './page-window.ts';
import { newPage } from './product.ts';
import { bringIntoView, selectCell, sinceInput } from './steps.ts';

const cells = 1000;

/** Rows `edit`: a cell inserted, moved and deleted in the middle, from the key to the painted change. */
export const measureEdit: Measure = async ({ browser, sheet, rounds }, product) => {
  if (product.name === 'Farfield') {
    const frames = await frameTimes(browser);
    for (const what of ['insert', 'move', 'delete'] as const) sheet.put(`edit.${what}`, 'floor', frames);
  }
  const path = 'edit.ipynb';
  writeGenerated(product.workspace, path, cells);
  const context = await product.newContext(browser);
  const page = await newPage(context, product.installHooks);
  await page.goto(product.addressOf(path), { waitUntil: 'commit' });
  await product.ready(page);
  await product.settle(page, cells);
  const index = codeCellNear(product.workspace, path, cells / 2);
  await bringIntoView(page, index, cells);
  await selectCell(page, index);
  const samples = { insert: [] as number[], move: [] as number[], delete: [] as number[] };
  const settle = () => page.waitForTimeout(700);
  for (let round = 0; round < rounds * 2; round++) {
    await arm(page, 'insert');
    await page.keyboard.press('b');
    samples.insert.push(await sinceInput(page, 'the inserted cell'));
    await settle();
    await arm(page, 'move');
    await page.keyboard.press('Control+Shift+ArrowDown');
    samples.move.push(await sinceInput(page, 'the moved cell'));
    await settle();
    await arm(page, 'delete');
    await page.keyboard.press('d');
    await page.keyboard.press('d');
    samples.delete.push(await sinceInput(page, 'the deletion'));
    await settle();
    await page.keyboard.press('ArrowUp');
    await settle();
  }
  for (const what of ['insert', 'move', 'delete'] as const) sheet.put(`edit.${what}`, product.name, samples[what]);
  await context.close();
  await product.endKernels();
};

async function arm(page: Page, what: 'insert' | 'move' | 'delete'): Promise<void> {
  await page.evaluate((kind) => {
    const { hooks, probe } = window as unknown as ProbeWindow;
    const active = hooks.active();
    if (active === null) throw new Error('no cell is selected');
    const [identity, order, source] = [hooks.identity(active), hooks.order(active), hooks.source(active)];
    probe.arm(() => {
      const now = hooks.active();
      switch (kind) {
        case 'insert':
          return now !== null && hooks.identity(now) !== identity && hooks.order(now) === order + 1;
        case 'move':
          // Some products make the moved cell anew: it is known by its empty text.
          return now !== null && hooks.source(now) === source && hooks.order(now) === order + 1;
        case 'delete':
          return [...hooks.cells()].every((one) => hooks.identity(one) !== identity);
      }
    });
  }, what);
}
