import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { askedGroups, readBenchFlags } from '#server/setup/bench-flags.mjs';
import type { BenchRun, Measure } from './bench-run.ts';
import { startFarfield } from './farfield-product.ts';
import { startJupyterlab } from './jupyterlab-product.ts';
import { busyShare, loadAverage } from './machine.ts';
import { measureAll } from './measure-all.ts';
import { measureClusters } from './measure-clusters.ts';
import { measureEdit } from './measure-edit.ts';
import { measureGigabyte } from './measure-gigabyte.ts';
import { measureJournal } from './measure-journal.ts';
import { measureKeys } from './measure-keys.ts';
import { measureLines, measureMillion } from './measure-lines.ts';
import { measureLinks } from './measure-links.ts';
import { measureLoad } from './measure-load.ts';
import { measureLongLine } from './measure-long-line.ts';
import { measureMemory } from './measure-memory.ts';
import { measureOpen } from './measure-open.ts';
import { measurePeople } from './measure-people.ts';
import { measurePicker } from './measure-picker.ts';
import { measureRefused } from './measure-refused.ts';
import { measureResource } from './measure-resource.ts';
import { measureRun } from './measure-run.ts';
import { measureScroll } from './measure-scroll.ts';
import { measureUpdates } from './measure-updates.ts';
import type { Product } from './product.ts';
import { reasons } from './reasons.ts';
import { renderReport } from './report.ts';
import { type GroupName, groupNames } from './rows.ts';
import { Sheet } from './sheet.ts';

const root = new URL('../../', import.meta.url).pathname;

const measures: Readonly<Record<GroupName, Measure>> = {
  run: measureRun,
  keys: measureKeys,
  load: measureLoad,
  open: measureOpen,
  scroll: measureScroll,
  edit: measureEdit,
  all: measureAll,
  memory: measureMemory,
  people: measurePeople,
  lines: measureLines,
  million: measureMillion,
  longline: measureLongLine,
  updates: measureUpdates,
  journal: measureJournal,
  links: measureLinks,
  refused: measureRefused,
  gigabyte: measureGigabyte,
  picker: measurePicker,
  resource: measureResource,
  clusters: measureClusters,
};

/** Measures the rows of docs/benchmarks.md on this machine, in real Chromium. */
async function bench(): Promise<void> {
  const flags = readBenchFlags(process.argv.slice(2));
  if (flags.value === undefined) throw new Error(flags.message);
  const { against, only, long, rounds, write } = flags.value;
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  });
  const names = askedGroups({ only, long });
  const asked = groupNames.filter((name) => names.includes(name));
  const sheet = new Sheet();
  const products: Product[] = [];
  let failed = 0;
  try {
    const farfield = await startFarfield(browser);
    products.push(farfield);
    if (against === 'jupyterlab') products.push(await startJupyterlab(browser));
    const run: BenchRun = { browser, farfield, sheet, rounds };
    for (const group of asked) {
      for (const product of products) {
        const busy = await busyShare(1000);
        sheet.disturbed(group, product.name, busy);
        const startedAt = performance.now();
        const error = await measures[group](run, product).then(
          () => null,
          (cause: unknown) => cause,
        );
        // Another product that stands still is a finding; ours is a failure.
        if (error !== null && product.name === 'Farfield') failed++;
        const time = `${((performance.now() - startedAt) / 1000).toFixed(0)} s`;
        const state = `${Math.round(100 * busy)} % busy before, load average ${loadAverage().toFixed(1)}`;
        console.log(`${error === null ? '✓' : '✗'} ${group}, ${product.name}: ${time} (${state})`);
        if (error !== null) console.error(error);
      }
    }
  } finally {
    for (const product of products) await product.stop();
    await browser.close();
  }
  const machine = `${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), Node ${process.version}, Chromium ${browser.version()} headless`;
  const day = new Date().toISOString().slice(0, 10);
  const page = renderReport(sheet, {
    day,
    machine,
    rounds,
    products: products.map(({ name }) => name),
    groups: asked,
    reasons,
  });
  console.log(`\n${page}`);
  if (write) writePage(page, asked.length === groupNames.length && failed === 0);
  if (failed > 0) process.exitCode = 1;
}

/** Only a whole run, the long groups included, becomes the page of the docs; a part of one lies beside the test results. */
function writePage(page: string, whole: boolean): void {
  const file = whole ? join(root, 'docs/benchmarks.md') : join(root, 'test-results/benchmarks.md');
  mkdirSync(join(root, 'test-results'), { recursive: true });
  writeFileSync(file, page);
  console.log(`written: ${file}`);
}

await bench();
