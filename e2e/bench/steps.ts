import type { CDPSession, Page } from '@playwright/test';
import type { ProbeWindow } from './page-window.ts';

/** Scrolls until the cell is in the middle of the view and stays there. */
export async function bringIntoView(page: Page, index: number, cells: number): Promise<void> {
  await page.evaluate(
    async ({ wanted, count }) => {
      const { hooks } = window as unknown as ProbeWindow;
      const frame = () => new Promise((done) => requestAnimationFrame(done));
      let still = 0;
      for (let tries = 0; tries < 600; tries++) {
        const scroller = hooks.scroller();
        const cell = hooks.cell(wanted);
        if (scroller === null) throw new Error('there is nothing to scroll');
        if (cell === null) {
          still = 0;
          const view = scroller.getBoundingClientRect();
          const seen = [...hooks.cells()].find((one) => one.getBoundingClientRect().bottom > view.top);
          const at = seen === undefined ? -1 : hooks.order(seen);
          // Far away by share of the height, near by steps.
          if (at === -1 || Math.abs(at - wanted) > count / 10)
            scroller.scrollTop = (scroller.scrollHeight * wanted) / count;
          else scroller.scrollTop += (wanted > at ? 0.8 : -0.8) * scroller.clientHeight;
        } else {
          const before = scroller.scrollTop;
          cell.scrollIntoView({ block: 'center' });
          still = Math.abs(scroller.scrollTop - before) < 2 ? still + 1 : 0;
          if (still > 10) return;
        }
        await frame();
      }
      throw new Error(`cell ${wanted} was not brought into view`);
    },
    { wanted: index, count: cells },
  );
}

/** Clicks into the text of a cell of which some is on the screen. */
export async function clickIntoText(page: Page, index: number, at: 'start' | 'end' = 'start'): Promise<void> {
  const point = await page.evaluate(
    ([wanted, edge]) => {
      const { hooks } = window as unknown as ProbeWindow;
      const cell = hooks.cell(wanted);
      const box = (cell === null ? null : hooks.editor(cell))?.getBoundingClientRect();
      if (box === undefined) throw new Error(`cell ${wanted} has no text to click`);
      const x = edge === 'start' ? box.left + 40 : box.right - 40;
      return { x, y: box.top + Math.min(12, box.height / 2) };
    },
    [index, at] as const,
  );
  await page.mouse.click(point.x, point.y);
}

/** Selects a cell for commands: the keys of cells work. */
export async function selectCell(page: Page, index: number): Promise<void> {
  await clickIntoText(page, index);
  await page.waitForTimeout(150);
  await page.keyboard.press('Escape');
  await page.waitForFunction((wanted) => {
    const { hooks } = window as unknown as ProbeWindow;
    const [cell, active] = [hooks.cell(wanted), hooks.active()];
    return cell !== null && active !== null && hooks.identity(cell) === hooks.identity(active);
  }, index);
}

/** Heap of the page after garbage collection, bytes. */
export async function heapBytes(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.enable');
  for (let times = 0; times < 3; times++) await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return usedSize;
}

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** From the last input to the paint of what was armed in the page, ms. */
export async function sinceInput(page: Page, what: string): Promise<number> {
  const ms = await page.evaluate(() => (window as unknown as ProbeWindow).probe.sinceInput());
  if (!Number.isFinite(ms)) throw new Error(`${what}: not painted in time`);
  return ms;
}
