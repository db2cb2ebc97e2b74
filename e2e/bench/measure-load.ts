import type { BrowserContext, Page } from '@playwright/test';
import { serveBarePage } from './bare-page.ts';
import type { Measure } from './bench-run.ts';
import { markerOf, writeGenerated } from './notebooks.ts';
import { installBareHooks } from './page-hooks.ts';
import type { ProbeWindow } from './page-window.ts';
import { newPage } from './product.ts';
import { clickIntoText } from './steps.ts';

/** Times in ms since the navigation began. */
type Load = { painted: number; typing: number; editor: number; bytes: number; requests: number };
const parts = ['painted', 'typing', 'editor', 'bytes', 'requests'] as const;

/** Rows `load`: the address of a notebook of ten cells, the first of code, with an empty and with a filled cache. */
export const measureLoad: Measure = async ({ browser, sheet, rounds }, product) => {
  if (product.name === 'Farfield') {
    const bare = await serveBarePage();
    const loads: Load[] = [];
    for (let round = 0; round < rounds; round++) {
      const context = await browser.newContext();
      loads.push(await load(await newPage(context, installBareHooks, 'first_cell'), bare.address, '~'));
      await context.close();
    }
    bare.stop();
    for (const part of ['painted', 'typing'] as const) {
      for (const kind of ['cold', 'warm'] as const)
        sheet.put(
          `load.${kind}.${part}`,
          'floor',
          loads.map((one) => one[part]),
        );
    }
  }
  const loads = { cold: [] as Load[], warm: [] as Load[] };
  for (let round = 0; round < rounds; round++) {
    const path = `load-${round}.ipynb`;
    writeGenerated(product.workspace, path, 10);
    const context = await product.newContext(browser);
    const marker = markerOf(product.workspace, path, 0);
    const visit = async (into: BrowserContext, key: string) => {
      const page = await newPage(into, product.installHooks, marker);
      const one = await load(page, product.addressOf(path), key);
      await page.close();
      return one;
    };
    // Keys that no product has a command for and no generated cell holds; the second visit finds what the first one typed.
    loads.cold.push(await visit(context, '~'));
    loads.warm.push(await visit(context, '`'));
    await context.close();
    await product.endKernels();
  }
  for (const kind of ['cold', 'warm'] as const) {
    for (const part of parts)
      sheet.put(
        `load.${kind}.${part}`,
        product.name,
        loads[kind].map((one) => one[part]),
      );
  }
};

const quietMs = 1000;

async function load(page: Page, address: string, key: string): Promise<Load> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  let bytes = 0;
  let requests = 0;
  let lastAt = performance.now();
  session.on('Network.requestWillBeSent', () => (lastAt = performance.now()));
  session.on('Network.loadingFinished', ({ encodedDataLength }) => {
    lastAt = performance.now();
    bytes += encodedDataLength;
    if (encodedDataLength > 0) requests++;
  });
  session.on('Network.webSocketFrameReceived', ({ response }) => {
    bytes +=
      response.opcode === 2
        ? Buffer.byteLength(response.payloadData, 'base64')
        : Buffer.byteLength(response.payloadData);
  });
  await page.goto(address, { waitUntil: 'commit' });
  const painted = await page.evaluate(() => (window as unknown as ProbeWindow).firstCell);
  await page.evaluate((typed) => {
    const { hooks, probe } = window as unknown as ProbeWindow;
    probe.arm(() => {
      const cell = hooks.cell(0);
      return cell !== null && hooks.source(cell).includes(typed);
    });
  }, key);
  // As an impatient person: click and type until it shows.
  for (let waited = 0; !(await page.evaluate(() => (window as unknown as ProbeWindow).probe.isDone())); waited++) {
    if (waited > 600) throw new Error('typing did not work in 30 s');
    await clickIntoText(page, 0, 'end').catch(() => {});
    await page.keyboard.press(key);
    await page.waitForTimeout(30);
  }
  const typing = await page.evaluate(() => (window as unknown as ProbeWindow).probe.at());
  const editor = await page.evaluate((typed) => {
    const { hooks, probe } = window as unknown as ProbeWindow;
    return probe.painted(() => {
      const cell = hooks.cell(0);
      return cell !== null && hooks.hasFullEditor(cell) && hooks.source(cell).includes(typed);
    });
  }, key);
  for (let waited = 0; performance.now() - lastAt < quietMs && waited < 100; waited++) await page.waitForTimeout(100);
  return { painted, typing, editor, bytes: bytes / 1000, requests };
}
