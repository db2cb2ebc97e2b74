// `npm test`: sets up what `npm start` does and a browser, then runs the checks, the unit tests and the journeys.
// `npm run test:long`: the journeys that take minutes.
// `npm run test:faults`: all faults of e2e/faults, without and with a browser, and the table of their counts; with
// `--write-docs` the table goes into docs/reliability.md.
// `npm run test:engines`: adapters against real gateways and engines, which are installed for it.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { delimiter, join } from 'node:path';
import { ensureChromium } from './browser.mjs';
import { ensureEngines } from './engines.mjs';
import { readRows, tableOf, writeTable } from './fault-table.mjs';
import { projectFolder as root, venvsFolder } from './flags.mjs';
import { prepare } from './prepare.mjs';
import { printTrouble, SetupError } from './step.mjs';
import { countPlaywright, countVitest, judge, lastLine } from './test-report.mjs';

const suites = { journeys: runAll, long: runLong, faults: runFaults, engines: runEngines };
const wanted = process.argv[2] ?? 'journeys';
const reports = join(root, 'test-results');
const verdicts = [];
const rows = [];
mkdirSync(reports, { recursive: true });

try {
  const startedAt = performance.now();
  const { node, missing } = await prepare(root, venvsFolder(process.env));
  const chromium = await ensureChromium(root, node, process.env);
  rows.push(`set-up: ${secondsSince(startedAt)}`);
  if (missing !== null) printTrouble(missing);
  await suites[wanted](node, chromium);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  printTrouble(error);
  rows.push(`set-up: ${error.message}`);
  verdicts.push({ passed: 0, failed: 1, skipped: 0, note: 'set-up' });
}

const summary = `${rows.join('\n')}\n${lastLine(verdicts)}\n`;
writeFileSync(join(reports, `summary-${wanted}.txt`), summary); // what .ci/run ends with
process.stdout.write(`\n${summary}`);
process.exitCode = verdicts.some((verdict) => verdict.failed > 0) ? 1 : 0;

async function runAll(node, chromium) {
  await suite('checks', node, [join('server', 'setup', 'check.mjs')], null);
  await vitest('unit tests', node, []);
  await playwright('journeys', node, chromium);
}

async function runLong(node, chromium) {
  await playwright('long', node, chromium);
}

async function runEngines(node, chromium) {
  const missing = await ensureEngines(root, venvsFolder(process.env));
  for (const line of missing) rows.push(line);
  await vitest('engines without a browser', node, ['--config', 'vitest.engines.config.ts']);
  await playwright('engines', node, chromium);
}

async function runFaults(node, chromium) {
  const folder = join(reports, 'fault-rows');
  rmSync(folder, { recursive: true, force: true });
  await vitest('faults without a browser', node, ['--config', 'vitest.faults.config.ts']);
  await playwright('faults', node, chromium);
  const found = readRows(folder);
  writeFileSync(join(reports, 'faults.md'), `${tableOf(found)}\n`);
  rows.push(tableOf(found));
  const machine = `${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores, Node ${process.version}.`;
  if (process.argv.includes('--write-docs')) writeTable(join(root, 'docs', 'reliability.md'), found, machine);
}

async function vitest(name, node, extra) {
  const report = join(reports, `${name.replaceAll(' ', '-')}.json`);
  const cli = join('node_modules', 'vitest', 'vitest.mjs');
  const args = [cli, 'run', ...extra, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  await suite(name, node, args, { path: report, count: countVitest });
}

/** Runs one project of playwright.config.ts. */
async function playwright(project, node, chromium) {
  if (chromium === null) {
    rows.push(`${project}: not run: needs chromium (install it, or set CHROMIUM_PATH)`);
    return;
  }
  const report = join(reports, `${project}.json`);
  const cli = join('node_modules', '@playwright', 'test', 'cli.js');
  const env = { CHROMIUM_PATH: chromium, PLAYWRIGHT_JSON_OUTPUT_NAME: report };
  const args = [cli, 'test', `--project=${project}`, '--reporter=list,json'];
  await suite(project, node, args, { path: report, count: countPlaywright }, env);
}

/** Runs one suite with its output shown; `report` null: a check that counts only when it fails. */
async function suite(name, node, args, report, extraEnv = {}) {
  console.log(`\n── ${name}`);
  const startedAt = performance.now();
  if (report !== null) rmSync(report.path, { force: true });
  const code = await run(node, args, extraEnv);
  const time = secondsSince(startedAt);
  if (report === null) {
    verdicts.push({ passed: 0, failed: code === 0 ? 0 : 1, skipped: 0 });
    rows.push(`${name}: ${code === 0 ? 'ok' : 'FAILED'}, ${time}`);
    return;
  }
  const verdict = judge(readCounts(report), code);
  verdicts.push(verdict);
  const skipped = verdict.skipped === 0 ? '' : `, ${verdict.skipped} skipped`;
  rows.push(
    `${name}: ${verdict.passed} passed, ${verdict.failed} failed${skipped}, ${time}${verdict.note === '' ? '' : ` (${verdict.note})`}`,
  );
  for (const line of verdict.blames) rows.push(`  ✗ ${line}`);
  for (const line of verdict.flaky ?? []) rows.push(`  ~ at the second try: ${line}`);
}

function readCounts({ path, count }) {
  try {
    return count(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null; // no report, or half of one
  }
}

function run(node, args, extraEnv) {
  return new Promise((resolve) => {
    // The tests start servers of their own: what npm tells about this run is not for them.
    const { INIT_CWD: _folder, ...env } = process.env;
    const child = spawn(node, args, {
      cwd: root,
      env: { ...env, PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${env.PATH ?? ''}`, ...extraEnv },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.on('error', () => resolve(127));
    child.on('close', (code) => resolve(code ?? 1));
  });
}

function secondsSince(startedAt) {
  return `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
}
