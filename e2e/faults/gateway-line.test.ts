import { expect } from 'vitest';
import { faultTest, untilGapsAreMarked } from './fault-test.ts';
import { KernelRig } from './kernel-rig.ts';
import { allLines, printLines } from './line-count.ts';

/** The line between this server and a gateway. What is not there must be marked, line for line. */
const cut = 'gateway socket cut every second';

faultTest(cut, '2,000 prints, RST', { timeout: 180_000, missing: untilGapsAreMarked }, async (row) => {
  await using rig = await KernelRig.start();
  const cell = rig.bench.source.set('a', printLines(2_000, 0.001));
  await rig.bench.start();
  await rig.runUntil(cell, 1);
  const timer = setInterval(() => rig.proxy.cut(), 1_000);
  try {
    await rig.bench.whenFinished(cell);
  } finally {
    clearInterval(timer);
  }
  row.lines = rig.count(cell, 2_000);
  row.note = `${rig.proxy.counts.cut} connections cut`;
  expect(rig.bench.runOf(cell)?.state).toBe('ok');
  expect(rig.proxy.counts.cut).toBeGreaterThan(0);
  const { received, marked } = row.lines;
  expect(row.lines).toEqual({ ...allLines(2_000), received, marked: 2_000 - received });
  expect(received + marked).toBe(2_000);
});
