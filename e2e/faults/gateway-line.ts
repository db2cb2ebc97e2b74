import { expect } from 'vitest';
import { faultTest } from './fault-test.ts';
import { KernelRig } from './kernel-rig.ts';
import { findUnaccounted, perConnection, printLines } from './line-count.ts';

/** Longer than any of these cells prints. */
const cutForMs = 30_000;

/**
 * A row: a cell prints while every connection between this server and its gateway is cut each second. What was on the way
 * at a cut the gateway no longer has; it must be marked, line for line.
 */
export function countCuts(how: string, lines: number, cut: 'reset' | 'end'): void {
  faultTest('gateway socket cut every second', how, { timeout: 300_000 }, async (row) => {
    await using rig = await KernelRig.start();
    const cell = rig.bench.source.set('a', printLines(lines, 0.001));
    await rig.bench.start();
    await rig.runUntil(cell, 1);
    const timer = setInterval(() => rig.proxy.cut(cut), 1_000);
    // Whether a run is over is known when a line has stood for a moment: on a busy machine none does that is cut each second.
    const enough = setTimeout(() => clearInterval(timer), cutForMs);
    try {
      await rig.whenFinished(cell);
    } finally {
      clearTimeout(enough);
      clearInterval(timer);
    }
    row.lines = rig.count(cell, lines);
    row.note = `${rig.proxy.counts.cut} connections cut`;
    expect(rig.proxy.counts.cut).toBeGreaterThan(0);
    expect(findUnaccounted(row.lines, perConnection * rig.proxy.counts.accepted)).toBeNull();
  });
}
