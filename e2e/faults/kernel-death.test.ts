import { expect } from 'vitest';
import { lacksMemoryGroup, withLittleAddressSpace, withLittleMemory } from '#server/testing/fault-kit.ts';
import { faultTest } from './fault-test.ts';
import { KernelRig } from './kernel-rig.ts';
import { allLines, printLines } from './line-count.ts';

const megabyte = 1024 * 1024;
const thenWait = `${printLines(50, 0)}\ntime.sleep(600)`;
const hoard = (megabytes: number) =>
  `${printLines(50, 0)}\ntime.sleep(1)\nhoard = bytearray(${megabytes} * 1024 * 1024)\nprint(hoard[0])`;

faultTest('kernel killed mid-cell', 'kill -9 of its process', { timeout: 180_000 }, async (row) => {
  await using rig = await KernelRig.start();
  const { bench } = rig;
  const pid = bench.source.set('pid', 'import os\nprint(os.getpid())');
  const cell = bench.source.set('a', thenWait);
  const behind = bench.source.set('b', 'print("behind")');
  await bench.start();
  await bench.runAndWait(pid);
  await rig.runUntil(cell, 50);
  await bench.run(behind);
  process.kill(Number(bench.text(pid)), 'SIGKILL');
  await bench.whenFinished(cell);
  await bench.whenFinished(behind);
  expect(bench.runOf(cell)).toMatchObject({ state: 'lost', reason: expect.stringMatching(/died/) as unknown });
  expect(bench.runOf(behind)?.state).toBe('cancelled');
  row.lines = rig.count(cell, 50);
  expect(row.lines).toMatchObject({ received: 50, doubled: 0, misplaced: 0, torn: 0 });
  await bench.whenStatus('idle');
  await bench.runAndWait(behind);
  row.note = 'the cell is lost, what waited is cancelled, the next run works';
  expect(bench.text(behind)).toBe('behind\n');
});

const outOfMemory = 'kernel out of memory';

faultTest(outOfMemory, 'ulimit -v: the allocation fails', { timeout: 180_000 }, async (row) => {
  await using rig = await KernelRig.start({ kernelPrefix: withLittleAddressSpace(4_096 * megabyte) });
  const { bench } = rig;
  const cell = bench.source.set('a', hoard(8_192));
  const next = bench.source.set('b', 'print("alive")');
  await bench.start();
  await bench.runAndWait(cell);
  row.lines = rig.count(cell, 50);
  expect(row.lines).toEqual(allLines(50));
  expect(bench.runOf(cell)?.state).toBe('error');
  expect(bench.outputs(cell).at(-1)).toMatchObject({ output_type: 'error', ename: 'MemoryError' });
  await bench.runAndWait(next);
  row.note = 'MemoryError in the cell, the kernel lives';
  expect(bench.text(next)).toBe('alive\n');
});

faultTest(
  outOfMemory,
  'cgroup: the system kills it',
  { timeout: 180_000, missing: lacksMemoryGroup() },
  async (row) => {
    using group = withLittleMemory(256 * megabyte);
    await using rig = await KernelRig.start({ kernelPrefix: group.prefix });
    const { bench } = rig;
    const cell = bench.source.set('a', hoard(1_024));
    const next = bench.source.set('b', 'print("alive")');
    await bench.start();
    await bench.runAndWait(cell);
    row.lines = rig.count(cell, 50);
    expect(row.lines).toMatchObject({ received: 50, doubled: 0, misplaced: 0, torn: 0 });
    expect(bench.runOf(cell)?.state).toBe('lost');
    await bench.whenStatus('idle');
    await bench.runAndWait(next);
    row.note = 'the cell is lost, the next run works';
    expect(bench.text(next)).toBe('alive\n');
  },
);
