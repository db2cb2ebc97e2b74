import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { freeze, isRunning } from '#server/testing/fault-kit.ts';
import { Farfield, newPlace } from '../farfield-server.ts';
import { joined, readNotebookFile, writeNotebookFile } from '../notebook-fixture.ts';
import { BareBrowser } from './bare-browser.ts';
import { faultTest } from './fault-test.ts';
import { KernelRig, pause } from './kernel-rig.ts';
import { countLines, findUnaccounted, perConnection, printLines } from './line-count.ts';

faultTest('gateway frozen', 'SIGSTOP for 60 s, then continued', { timeout: 300_000 }, async (row) => {
  await using rig = await KernelRig.start();
  const { bench } = rig;
  const cell = bench.source.set('a', printLines(400, 0.05));
  const next = bench.source.set('b', 'print("next")');
  await bench.start();
  await rig.runUntil(cell, 50);
  {
    using _frozen = freeze(rig.jupyter.pid);
    await pause(60_000);
    row.note = `while frozen the kernel was called ${bench.session().status}`;
    expect(bench.session().status).toBe('reconnecting');
  }
  await rig.whenFinished(cell);
  row.lines = rig.count(cell, 400);
  expect(findUnaccounted(row.lines, perConnection)).toBeNull();
  await bench.runAndWait(next);
  expect(bench.text(next)).toBe('next\n');
});

faultTest('gateway killed and back', 'kill -9 of the embedded one', { timeout: 300_000 }, async (row) => {
  const place = newPlace();
  const file = writeNotebookFile(place.workspace, 'a.ipynb', [
    'x = 1',
    `${printLines(50, 0)}\ntime.sleep(600)`,
    'print("new")',
  ]);
  const server = await Farfield.start(place);
  try {
    const browser = await BareBrowser.signIn(() => server);
    using tab = await browser.open('a.ipynb');
    await browser.startKernel('a.ipynb');
    await tab.run(1);
    await expect.poll(() => tab.lineCount(1), { timeout: 60_000 }).toBe(50);
    const { pid } = JSON.parse(readFileSync(join(place.home, 'gateway/local.json'), 'utf8')) as { pid: number };
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false);
    let acknowledged = 0;
    for (; acknowledged < 20; acknowledged += 1) {
      tab.type(0, `\n# edit ${acknowledged}`);
      await tab.acknowledged();
    }
    await tab.whenRun(1, 'lost');
    await expect.poll(() => tab.results.sessions()[0]?.status, { timeout: 60_000 }).toBe('dead');
    await browser.startKernel('a.ipynb');
    await tab.run(2);
    await tab.whenRun(2, 'ok');
    await tab.whenSaved();
    row.lines = countLines(50, tab.outputs(1));
    expect(row.lines).toMatchObject({ received: 50, doubled: 0, misplaced: 0, torn: 0 });
    const source = joined(readNotebookFile(file).cells[0]?.source).split('\n');
    row.edits = { acknowledged, lost: acknowledged + 1 - source.length };
    row.note = 'the cell is lost, a new kernel starts by one request';
    expect(row.edits.lost).toBe(0);
  } finally {
    await server.stop();
  }
});
