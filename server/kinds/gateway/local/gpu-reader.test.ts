import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { GpuReader, readGpus, runNvidiaSmi, type ToolAnswer } from './gpu-reader.ts';

const MiB = 2 ** 20;

it('reads one line per processor, and what is not told as unknown', () => {
  expect(readGpus('NVIDIA H200, 37, 1024, 143771\nGRID vGPU, [N/A], 12, [Not Supported]\n')).toEqual([
    { name: 'NVIDIA H200', busy: 0.37, memory: { used: 1024 * MiB, total: 143_771 * MiB } },
    { name: 'GRID vGPU', busy: null, memory: { used: 12 * MiB, total: null } },
  ]);
});

/** A reader whose tool answers what the test says, as often as it is asked. */
function open(...answers: readonly ToolAnswer[]) {
  const world = { now: 0, asked: 0 };
  const reader = new GpuReader(
    async () => answers[(world.asked += 1) - 1] ?? { told: 'A, 1, 1, 2' },
    () => world.now,
  );
  /** What is known so many ms later, when the tool has answered. */
  const after = async (ms: number): Promise<number | null> => {
    world.now += ms;
    reader.last();
    await new Promise((resolve) => setTimeout(resolve, 0));
    return reader.last()?.length ?? null;
  };
  return { world, reader, after };
}

it('waits for no tool: what it told last is known at once', async () => {
  let answers: (answer: ToolAnswer) => void = () => undefined;
  const reader = new GpuReader(() => new Promise((resolve) => (answers = resolve)));
  expect(reader.last()).toBeNull();
  answers({ told: 'A, 1, 1, 2' });
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(reader.last()).toHaveLength(1);
});

it('asks a tool that is not there once', async () => {
  const { world, after } = open('missing');
  expect([await after(0), await after(600_000), world.asked]).toEqual([null, null, 1]);
});

it('asks a tool that failed again after a minute', async () => {
  const { world, after } = open({ told: 'A, 1, 1, 2' }, 'failed');
  expect([await after(0), await after(5_000), world.asked]).toEqual([1, null, 2]);
  expect([await after(59_000), world.asked]).toEqual([null, 2]);
  expect([await after(1_000), world.asked]).toEqual([1, 3]);
});

it('asks a tool that is there once for all who ask within seconds', async () => {
  const { world, after } = open();
  expect([await after(0), await after(4_999), world.asked]).toEqual([1, 1, 1]);
  expect([await after(1), world.asked]).toEqual([1, 2]);
});

it.skipIf(process.platform === 'win32')('tells a machine without the tool from a tool that fails', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'farfield-smi-'));
  const before = process.env['PATH'];
  process.env['PATH'] = folder;
  try {
    expect(await runNvidiaSmi([])).toBe('missing');
    writeFileSync(path.join(folder, 'nvidia-smi'), '#!/bin/sh\nexit 9\n', { mode: 0o755 });
    expect(await runNvidiaSmi([])).toBe('failed');
    writeFileSync(path.join(folder, 'nvidia-smi'), '#!/bin/sh\necho A, 1, 1, 2\n', { mode: 0o755 });
    expect(await runNvidiaSmi([])).toEqual({ told: 'A, 1, 1, 2\n' });
  } finally {
    process.env['PATH'] = before;
    rmSync(folder, { recursive: true });
  }
});
