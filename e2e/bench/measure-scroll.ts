import type { Page } from '@playwright/test';
import { serveBarePage } from './bare-page.ts';
import type { BenchRun, Measure } from './bench-run.ts';
import { generatedText, markerOf, sizes, writeGenerated } from './notebooks.ts';
import { installBareHooks } from './page-hooks.ts';
import type { ProbeWindow, Scrolled } from './page-window.ts';
import { newPage } from './product.ts';
import { heapBytes } from './steps.ts';

const pxPerSecond = 10_000;
const forMs = 12_000;

/** Rows `scroll`, `heap` and `dom`: a fast scroll a second after opening, and what it leaves behind. */
export const measureScroll: Measure = async (run, product) => {
  if (product.name === 'Farfield') await measureFloor(run);
  const rounds = Math.min(run.rounds, 3);
  for (const size of sizes) {
    const path = `scroll-${size}.ipynb`;
    writeGenerated(product.workspace, path, size);
    const marker = markerOf(product.workspace, path, 0);
    const scrolls: Scrolled[] = [];
    const heaps: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const context = await product.newContext(run.browser);
      const page = await newPage(context, product.installHooks, marker);
      await page.goto(product.addressOf(path), { waitUntil: 'commit' });
      await product.ready(page);
      await page.evaluate(() => (window as unknown as ProbeWindow).firstCell);
      await page.waitForTimeout(1000);
      scrolls.push(await scroll(page, size === 10 ? 2000 : forMs));
      heaps.push((await heapBytes(await context.newCDPSession(page))) / 1e6);
      await context.close();
      await product.endKernels();
    }
    run.sheet.put(`heap.${size}`, product.name, heaps);
    run.sheet.put(
      `dom.${size}`,
      product.name,
      scrolls.map((one) => one.mostElements),
    );
    if (size === 10) continue;
    run.sheet.put(
      `scroll.${size}.rate`,
      product.name,
      scrolls.map((one) => (one.frames * 1000) / one.lasted),
    );
    run.sheet.put(
      `scroll.${size}.blank`,
      product.name,
      scrolls.map((one) => (100 * one.blank) / one.counted),
    );
    run.sheet.put(
      `scroll.${size}.gap`,
      product.name,
      scrolls.map((one) => one.worstGap),
    );
  }
};

function scroll(page: Page, ms: number): Promise<Scrolled> {
  return page.evaluate((given) => (window as unknown as ProbeWindow).probe.scroll(given.speed, given.ms), {
    speed: pxPerSecond,
    ms,
  });
}

/** The same scroll over a page of plain text. */
async function measureFloor({ browser, sheet }: BenchRun): Promise<void> {
  const bare = await serveBarePage();
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await newPage(context, installBareHooks);
  await page.goto(bare.address);
  await page.evaluate(() => {
    const element = document.querySelector('[contenteditable]') as HTMLElement;
    element.style.whiteSpace = 'pre';
    element.textContent = Array.from({ length: 10_000 }, (_, line) => `line ${line} of plain text`).join('\n');
  });
  const { frames, lasted, worstGap } = await scroll(page, 6000);
  for (const size of [1000, 5000] as const) {
    sheet.put(`scroll.${size}.rate`, 'floor', [(frames * 1000) / lasted]);
    sheet.put(`scroll.${size}.gap`, 'floor', [worstGap]);
  }
  for (const size of sizes) sheet.put(`heap.${size}`, 'floor', [Buffer.byteLength(generatedText(size)) / 1e6]);
  await context.close();
  bare.stop();
}
