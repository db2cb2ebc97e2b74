import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fault, isFault } from '#lib/core/fault.ts';
import { targetKey } from '#lib/core/resource/target.ts';
import { startJupyter, type TestJupyter } from '#server/testing/jupyter.ts';
import { SessionBench, tester } from '#server/testing/session-bench.ts';
import { Resources } from './resources.ts';
import type { Heard } from './source.ts';

const noCluster = fault('cluster.notFound', 'none');

let jupyter: TestJupyter;
let folder: string;
let bench: SessionBench;
let resources: Resources;

beforeAll(async () => {
  jupyter = await startJupyter();
  folder = await mkdtemp(path.join(tmpdir(), 'farfield-resource-'));
  bench = await new SessionBench(jupyter, folder, undefined, { agentEnabled: () => true }).open();
  await bench.start();
  resources = new Resources({
    host: () => bench.host,
    gateways: bench.gateways,
    clusters: { watch: () => () => undefined, view: () => noCluster },
    notebooks: () => [],
    now: () => Date.now(),
  });
  resources.follow(bench.host);
});
afterAll(async () => {
  resources.stop();
  for (const view of bench.host.views()) await bench.host.kernels.end(view.id, { shutdown: true }, tester);
  await bench.host.stop();
  await rm(folder, { recursive: true, force: true });
  await jupyter.stop();
});

it('asks a far kernel while it runs a cell, and nothing when nobody looks and nothing runs', async () => {
  expect(resources.sampled()).toEqual([]);
  const target = { kind: 'kernel', sessionId: bench.session().binding.id } as const;
  const spin = bench.source.set('spin', 'kept = bytearray(300_000_000)\nn = 0\nwhile True: n += 1');
  await bench.run(spin);
  await bench.when(() => resources.sampled().includes(targetKey(target)), 'the running kernel to be sampled');
  const heard: Heard[] = [];
  const watched = resources.watch(target, (one) => heard.push(one));
  if (isFault(watched)) throw new Error(watched.message);
  const { leave } = watched;
  const busy = () => heard.some((one) => !isFault(one) && one.kind === 'kernel' && (one.cpu ?? 0) > 0.3);
  await bench.when(busy, 'the kernel to tell that it is busy');
  const full = heard.findLast((one) => !isFault(one));
  expect(full).toMatchObject({ kind: 'kernel', memory: expect.any(Number), machine: { cores: expect.any(Number) } });
  expect(full !== undefined && !isFault(full) && full.kind === 'kernel' ? full.memory : 0).toBeGreaterThan(300_000_000);
  expect(bench.session().status).toBe('busy');
  leave();
  expect(resources.sampled()).toEqual([targetKey(target)]);
  await bench.host.runs.interrupt(bench.session().binding.id, tester);
  await bench.whenFinished(spin);
  expect(resources.sampled()).toEqual([]);
  const later = resources.watch(target, () => undefined);
  if (isFault(later)) throw new Error(later.message);
  later.leave();
  expect(later.hour.names).toContain('memory');
  const next = bench.source.set('next', 'print(1)');
  await bench.runAndWait(next);
  expect(bench.text(next)).toBe('1\n');
  expect(bench.host.state().cells.get(next)?.executionCount).toBe(2);
});

it('a far kernel with nothing of ours inside is not asked while it runs: its gateway would take it for idle', async () => {
  const quiet = await new SessionBench(jupyter, path.join(folder, 'quiet'), undefined, {
    agentEnabled: () => false,
  }).open();
  await quiet.start();
  const { id, kernelId } = quiet.session().binding;
  await quiet.whenStatus('idle');
  expect(isFault(await quiet.host.help.usage(id))).toBe(false);
  const sleeps = quiet.source.set('sleeps', 'print("begun", flush=True)\nimport time; time.sleep(60)');
  await quiet.run(sleeps);
  await quiet.when(() => quiet.text(sleeps) !== '', 'the cell to have begun');
  expect(await quiet.host.help.usage(id)).toMatchObject({ fault: 'kernel.busy' });
  expect(await quiet.gateway().findKernel(kernelId)).toMatchObject({ state: 'busy' });
  await quiet.host.kernels.end(id, { shutdown: true }, tester);
  await quiet.host.stop();
});
