import type { Page } from '@playwright/test';
import { frameTimes } from './bare-page.ts';
import type { BenchRun, Measure } from './bench-run.ts';
import { markerOf, sizes, type Size, writeGenerated } from './notebooks.ts';
import type { ProbeWindow } from './page-window.ts';
import { newPage, type Product } from './product.ts';

const jumpLimitMs = 20_000;

/** Rows `open`: a notebook chosen in the running app, and from there at once to its end. */
export const measureOpen: Measure = async (run, product) => {
  if (product.name === 'Farfield') {
    const frames = await frameTimes(run.browser);
    for (const size of sizes) {
      for (const what of ['first', 'again', 'jump'] as const) run.sheet.put(`open.${size}.${what}`, 'floor', frames);
    }
  }
  for (const size of sizes) {
    // First in the list: in both products they are on the screen without scrolling.
    const rounds = Array.from({ length: run.rounds }, (_, round) => `0-open-${size}-${round}.ipynb`);
    for (const path of rounds) writeGenerated(product.workspace, path, size);
    const first: number[] = [];
    const again: number[] = [];
    const jump: number[] = [];
    for (const path of rounds) {
      // Twice not there in time is enough: nobody waits for it five times.
      const hopeless = jump.filter((one) => !Number.isFinite(one)).length >= 2;
      const opened = await openOnce(run, product, path, hopeless ? null : size);
      first.push(opened.first);
      if (opened.jump !== null) jump.push(opened.jump);
      if (!product.keepsOpen) continue;
      const close = await product.openOnServer([path]);
      again.push((await openOnce(run, product, path, null)).first);
      await close();
    }
    run.sheet.put(`open.${size}.first`, product.name, first);
    run.sheet.put(`open.${size}.jump`, product.name, jump);
    if (again.length > 0) run.sheet.put(`open.${size}.again`, product.name, again);
  }
};

async function openOnce(
  { browser }: BenchRun,
  product: Product,
  path: string,
  jumpIn: Size | null,
): Promise<{ first: number; jump: number | null }> {
  const context = await product.newContext(browser);
  const page = await newPage(context, product.installHooks);
  await page.goto(product.home());
  await product.homeReady(page);
  await page.waitForTimeout(2000);
  const marker = markerOf(product.workspace, path, 0);
  await page.evaluate((text) => {
    const { hooks, probe } = window as unknown as ProbeWindow;
    probe.arm(() => {
      const cell = hooks.cell(0);
      return cell !== null && cell.clientHeight > 0 && (cell.textContent ?? '').includes(text);
    });
  }, marker);
  await product.openFromHome(page, path);
  const first = await page.evaluate(() => (window as unknown as ProbeWindow).probe.sinceInput());
  const jump = jumpIn === null ? null : await jumpToEnd(page, jumpIn, markerOf(product.workspace, path, jumpIn - 1));
  await context.close();
  await product.endKernels();
  return { first, jump };
}

/** From the command to the last cell on the screen; Infinity when it is not there in time. */
async function jumpToEnd(page: Page, size: Size, marker: string): Promise<number> {
  return page.evaluate(
    async ({ last, text, limit }) => {
      const { hooks, probe } = window as unknown as ProbeWindow;
      let arrived = false;
      // The end may move down while heights become known: it is asked for again in every frame.
      const toEnd = () => {
        const scroller = hooks.scroller();
        if (scroller !== null) scroller.scrollTop = scroller.scrollHeight;
        if (!arrived) requestAnimationFrame(toEnd);
      };
      const startedAt = performance.now();
      toEnd();
      const at = await probe.painted(() => {
        const cell = hooks.cell(last);
        const view = hooks.scroller()?.getBoundingClientRect();
        if (cell === null || view === undefined || !(cell.textContent ?? '').includes(text)) return false;
        const box = cell.getBoundingClientRect();
        return box.top < view.bottom && box.bottom > view.top;
      }, limit);
      arrived = true;
      return at - startedAt;
    },
    { last: size - 1, text: marker, limit: jumpLimitMs },
  );
}
