import type { CDPSession, Page } from '@playwright/test';
import { serveBarePage } from './bare-page.ts';
import type { BenchRun, Measure } from './bench-run.ts';
import { codeCellNear, writeGenerated } from './notebooks.ts';
import { installBareHooks } from './page-hooks.ts';
import type { ProbeWindow } from './page-window.ts';
import { newPage } from './product.ts';
import { bringIntoView, clickIntoText, pause } from './steps.ts';

const keysPerPlace = 200;
const apartMs = 75;
const heldApartMs = 33;
const cells = 1000;

/** Rows `keys`: from a key to the frame that shows its character. */
export const measureKeys: Measure = async (run, product) => {
  if (product.name === 'Farfield') await measureBare(run);
  const path = 'keys.ipynb';
  writeGenerated(product.workspace, path, cells);
  const context = await product.newContext(run.browser);
  const page = await newPage(context, product.installHooks);
  await page.goto(product.addressOf(path), { waitUntil: 'commit' });
  await product.ready(page);
  await product.settle(page, cells);
  const session = await context.newCDPSession(page);
  const places = { first: 0, middle: cells / 2, last: cells - 1 } as const;
  for (const [place, near] of Object.entries(places) as [keyof typeof places, number][]) {
    const index = codeCellNear(product.workspace, path, near);
    await beginTyping(page, index);
    run.sheet.put(`keys.${place}`, product.name, await typeKeys(page, session, index, keysPerPlace, apartMs));
    if (place === 'middle') {
      run.sheet.put('keys.held', product.name, await typeKeys(page, session, index, 100, heldApartMs));
    }
  }
  await context.close();
  await product.endKernels();
};

async function beginTyping(page: Page, index: number): Promise<void> {
  await bringIntoView(page, index, cells);
  await clickIntoText(page, index);
  await page.waitForFunction((wanted) => {
    const { hooks } = window as unknown as ProbeWindow;
    const cell = hooks.cell(wanted);
    return cell !== null && hooks.hasFullEditor(cell) && cell.contains(document.activeElement);
  }, index);
  await page.keyboard.press('End');
  // In a comment nothing is completed or closed by itself.
  await page.keyboard.type(' #', { delay: 50 });
  await page.waitForTimeout(1000);
}

/** The floor: the same keys in a page that has nothing but an editable element. */
async function measureBare({ browser, sheet }: BenchRun): Promise<void> {
  const bare = await serveBarePage();
  const page = await newPage(await browser.newContext({ viewport: { width: 1440, height: 900 } }), installBareHooks);
  await page.goto(bare.address);
  await page.locator('[contenteditable]').click();
  await page.waitForTimeout(500);
  const session = await page.context().newCDPSession(page);
  const samples = await typeKeys(page, session, 0, keysPerPlace, apartMs);
  for (const row of ['keys.first', 'keys.middle', 'keys.last'] as const) sheet.put(row, 'floor', samples);
  sheet.put('keys.held', 'floor', await typeKeys(page, session, 0, 100, heldApartMs));
  await page.context().close();
  bare.stop();
}

/** Letters and their removal in turn, so that the line keeps its length; not awaited: a slow page gets them all the same. */
async function typeKeys(
  page: Page,
  session: CDPSession,
  index: number,
  count: number,
  apart: number,
): Promise<number[]> {
  await page.evaluate((wanted) => (window as unknown as ProbeWindow).probe.watchKeys(wanted), index);
  const startedAt = performance.now();
  const sent: Promise<unknown>[] = [];
  for (let at = 0; at < count; at++) {
    const letter = String.fromCharCode(97 + (at % 26));
    const key =
      at % 40 < 20
        ? { key: letter, text: letter, code: `Key${letter.toUpperCase()}`, windowsVirtualKeyCode: 65 + (at % 26) }
        : { key: 'Backspace', code: 'Backspace', windowsVirtualKeyCode: 8 };
    const type = 'text' in key ? ('keyDown' as const) : ('rawKeyDown' as const);
    sent.push(session.send('Input.dispatchKeyEvent', { type, ...key }));
    sent.push(session.send('Input.dispatchKeyEvent', { type: 'keyUp', ...key }));
    await pause(Math.max(0, startedAt + (at + 1) * apart - performance.now()));
  }
  await Promise.all(sent);
  await page.waitForTimeout(500);
  const { samples, lost } = await page.evaluate(() => (window as unknown as ProbeWindow).probe.keys());
  if (lost > 0) throw new Error(`${lost} of ${count} keys did not reach cell ${index}`);
  return samples;
}
