import type { Browser, BrowserContext, Page } from '@playwright/test';
import { writeCells } from './notebooks.ts';
import type { ProbeWindow } from './page-window.ts';
import { newPage, type Product } from './product.ts';
import { selectCell } from './steps.ts';

/** What is waited for after the key that runs a cell. */
export type Wanted = {
  readonly text: string;
  /** False: as soon as the text is there. Otherwise the run has to be over, too. */
  readonly finished?: boolean;
  readonly limitMs?: number;
};

/** A page with a notebook whose kernel is warm. */
export type RunningPage = {
  readonly page: Page;
  readonly context: BrowserContext;
  /** `performance.now()` of the page. */
  readonly now: () => Promise<number>;
  /** Selects a cell and waits until the page is at rest. */
  readonly select: (index: number) => Promise<void>;
  /** Runs the selected cell: ms from the key to the paint of what is wanted; Infinity when it did not come. */
  readonly run: (index: number, wanted: Wanted) => Promise<number>;
  /** Waits for something more of the run that `run` began. */
  readonly until: (index: number, wanted: Wanted) => Promise<number>;
  readonly longestTask: (since: number) => Promise<number>;
};

/** Opens a new notebook of `cells`, of which the first is `1+1`, and runs that, so that a kernel is there. */
export async function openRunning(
  browser: Browser,
  product: Product,
  path: string,
  cells: readonly string[],
): Promise<RunningPage> {
  writeCells(product.workspace, path, cells);
  const context = await product.newContext(browser);
  const page = await newPage(context, product.installHooks);
  await page.goto(product.addressOf(path), { waitUntil: 'commit' });
  await product.ready(page);
  await page.waitForTimeout(1000);
  const arm = (index: number, { text, finished = true, limitMs = 60_000 }: Wanted) =>
    page.evaluate(
      ({ at, wanted, over, limit }) => {
        const { hooks, probe } = window as unknown as ProbeWindow;
        probe.arm(() => {
          const cell = hooks.cell(at);
          if (cell === null || (over && hooks.count(cell) === null)) return false;
          return hooks.output(cell).includes(wanted);
        }, limit);
      },
      { at: index, wanted: text, over: finished, limit: limitMs },
    );
  const armed = () => page.evaluate(() => (window as unknown as ProbeWindow).probe.sinceInput());
  const running: RunningPage = {
    page,
    context,
    now: () => page.evaluate(() => performance.now()),
    select: async (index) => {
      await selectCell(page, index);
      await page.waitForTimeout(500);
    },
    run: async (index, wanted) => {
      await arm(index, wanted);
      await page.keyboard.press('Control+Enter');
      return armed();
    },
    until: async (index, wanted) => {
      await arm(index, wanted);
      return armed();
    },
    longestTask: (since) => page.evaluate((from) => (window as unknown as ProbeWindow).probe.longestTask(from), since),
  };
  await running.select(0);
  if (!Number.isFinite(await running.run(0, { text: '2' }))) throw new Error(`${path}: no kernel answered`);
  return running;
}
