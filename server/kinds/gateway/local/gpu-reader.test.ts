import { expect, it } from 'vitest';
import { GpuReader, readGpus } from './gpu-reader.ts';

const MiB = 2 ** 20;

it('reads one line per processor, and what is not told as unknown', () => {
  expect(readGpus('NVIDIA H200, 37, 1024, 143771\nGRID vGPU, [N/A], 12, [Not Supported]\n')).toEqual([
    { name: 'NVIDIA H200', busy: 0.37, memory: { used: 1024 * MiB, total: 143_771 * MiB } },
    { name: 'GRID vGPU', busy: null, memory: { used: 12 * MiB, total: null } },
  ]);
});

it('asks a tool that is not there once', async () => {
  let asked = 0;
  const reader = new GpuReader(async () => {
    asked += 1;
    return null;
  });
  expect([await reader.read(), await reader.read()]).toEqual([null, null]);
  expect(asked).toBe(1);
});

it('asks a tool that is there once for all who ask within seconds', async () => {
  let asked = 0;
  const reader = new GpuReader(async () => {
    asked += 1;
    return 'A, 1, 1, 2';
  });
  const [first, second] = await Promise.all([reader.read(), reader.read()]);
  expect(first).toEqual(second);
  expect(asked).toBe(1);
});
