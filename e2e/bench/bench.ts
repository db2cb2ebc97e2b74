import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from '@playwright/test';
import { cell, Farfield, newPlace, openNotebook, signIn } from '../farfield.ts';
import { writeNotebookFile } from '../notebook-fixture.ts';
import { kilobytes, ms, percentile } from './figures.ts';
import { measureRawExecute } from './raw-socket.ts';

const root = new URL('../../', import.meta.url).pathname;
const runs = 100;

type Row = { readonly what: string; readonly figure: string };

/** Measures the rows of docs/benchmarks.md on this machine, in real Chromium, and writes the page. */
async function bench(): Promise<void> {
  const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  });
  const place = newPlace();
  const cells = Array.from({ length: 100 }, (_, index) => (index === 0 ? '1+1' : `x${index} = ${index}\nx${index}`));
  writeNotebookFile(place.workspace, 'bench.ipynb', cells);
  const server = await Farfield.start(place);
  const rows: Row[] = [];
  try {
    const load = await measureLoads(browser, server);
    rows.push(...load);
    const context = await signIn(browser, server);
    const page = await context.newPage();
    await openNotebook(page, server, 'bench.ipynb');
    rows.push(...executeRows(await measurePainted(page), await rawFloor(place.home)));
    rows.push({
      what: 'Server memory (RSS) with one open notebook and its kernel link',
      figure: `${Math.round(rssOf(server.process.pid ?? 0) / 1e6)} MB`,
    });
    await context.close();
  } finally {
    await server.stop();
    await browser.close();
  }
  const page = render(rows, browser.version());
  writeFileSync(join(root, 'docs/benchmarks.md'), page);
  console.log(page);
}

async function measureLoads(browser: Browser, server: Farfield): Promise<Row[]> {
  const samples = { cold: [] as Load[], warm: [] as Load[] };
  for (let round = 0; round < 5; round++) {
    const context = await signIn(browser, server);
    // Signing in fills the cache: the cold load has a fresh one.
    const fresh = await browser.newContext({
      storageState: await context.storageState(),
      viewport: { width: 1440, height: 900 },
    });
    samples.cold.push(await measureLoad(fresh, server));
    samples.warm.push(await measureLoad(fresh, server));
    await fresh.close();
    await context.close();
  }
  return (['cold', 'warm'] as const).flatMap((kind) => {
    const median = (pick: (load: Load) => number) => percentile(samples[kind].map(pick), 0.5);
    const label = kind === 'cold' ? 'Cold load (empty cache)' : 'Warm load';
    return [
      { what: `${label}: first cell painted`, figure: `${ms(median((load) => load.painted))} ms` },
      { what: `${label}: typing works`, figure: `${ms(median((load) => load.typing))} ms` },
      {
        what: `${label}: bytes on the wire / requests`,
        figure: `${kilobytes(median((load) => load.bytes))} / ${median((load) => load.requests)}`,
      },
    ];
  });
}

type Load = { painted: number; typing: number; bytes: number; requests: number };

async function measureLoad(context: BrowserContext, server: Farfield): Promise<Load> {
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  let bytes = 0;
  let requests = 0;
  session.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
    if (encodedDataLength > 0) requests++;
  });
  const start = performance.now();
  await page.goto(`${server.origin}/n/bench.ipynb`, { waitUntil: 'commit' });
  await cell(page, 0).waitFor();
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const painted = performance.now() - start;
  await cell(page, 0).locator('[data-cell-editor]').click();
  await cell(page, 0)
    .locator('[data-cell-editor] .monaco-editor textarea, [data-cell-editor] .native-edit-context')
    .first()
    .waitFor({ state: 'attached' });
  await page.keyboard.type('#');
  await page.locator('[data-cell-editor] .view-line', { hasText: '#' }).first().waitFor();
  const typing = performance.now() - start;
  await page.keyboard.press('Backspace');
  await page.waitForTimeout(500);
  await page.close();
  return { painted, typing, bytes, requests };
}

/** Ctrl-Enter to the frame after the cell shows the new count and result, ms. */
async function measurePainted(page: Page): Promise<number[]> {
  await cell(page, 0).locator('[data-cell-editor]').click();
  await page.keyboard.press('Control+Enter');
  await page.locator('[data-cell-index="0"][data-run-state="ok"]').waitFor({ timeout: 60_000 });
  await page.evaluate(() => {
    const target = document.querySelector('[data-cell-index="0"]') as HTMLElement;
    const state = { start: 0, samples: [] as number[] };
    Object.assign(window, { benchSamples: state.samples });
    let before = target.dataset['executionCount'];
    addEventListener('keydown', (event) => event.key === 'Enter' && (state.start = performance.now()), {
      capture: true,
    });
    new MutationObserver(() => {
      const now = target.dataset['executionCount'];
      if (state.start === 0 || now === before || now === '' || target.dataset['runState'] !== 'ok') return;
      if (target.querySelector('[data-cell-outputs]')?.textContent?.includes('2') !== true) return;
      const { start } = state;
      state.start = 0;
      before = now;
      requestAnimationFrame(() => setTimeout(() => state.samples.push(performance.now() - start)));
    }).observe(target, { attributes: true, childList: true, subtree: true });
  });
  const count = () => page.evaluate(() => (window as unknown as { benchSamples: number[] }).benchSamples.length);
  for (let run = 0; run < runs; run++) {
    const before = await count();
    await page.keyboard.press('Control+Enter');
    for (let waited = 0; (await count()) === before; waited += 5) {
      if (waited > 10_000) throw new Error('1+1 was not painted within 10 s');
      await page.waitForTimeout(5);
    }
  }
  return page.evaluate(() => (window as unknown as { benchSamples: number[] }).benchSamples);
}

async function rawFloor(home: string): Promise<{ pong: number[]; stock: number[] }> {
  const gateway = JSON.parse(readFileSync(join(home, 'gateway/local.json'), 'utf8')) as { port: number; token: string };
  return { pong: await measureRawExecute(gateway, runs, true), stock: await measureRawExecute(gateway, runs, false) };
}

function executeRows(painted: readonly number[], raw: { pong: readonly number[]; stock: readonly number[] }): Row[] {
  const both = (samples: readonly number[]) => `${ms(percentile(samples, 0.5))} / ${ms(percentile(samples, 0.95))} ms`;
  return [
    { what: 'Ctrl-Enter on `1+1` to painted, 100-cell notebook, p50 / p95', figure: both(painted) },
    { what: 'Floor: raw WebSocket with pong, no browser, p50 / p95', figure: both(raw.pong) },
    { what: 'Raw WebSocket as clients use it (no pong), p50 / p95', figure: both(raw.stock) },
  ];
}

function rssOf(pid: number): number {
  const status = existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, 'utf8') : '';
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) * 1024;
}

function render(rows: readonly Row[], chromiumVersion: string): string {
  const machine = `${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), Node ${process.version}, Chromium ${chromiumVersion} headless, everything on one machine over loopback`;
  return [
    '# Benchmarks',
    '',
    'Written by `npm run bench`. Medians unless said otherwise; figures depend on the machine, compare within one run only.',
    '',
    `Measured ${new Date().toISOString().slice(0, 10)} on ${machine}. Loads: 5 rounds each; executions: ${runs}.`,
    '',
    '| What | Farfield |',
    '| --- | --- |',
    ...rows.map((row) => `| ${row.what} | ${row.figure} |`),
    '',
  ].join('\n');
}

await bench();
