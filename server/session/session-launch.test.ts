import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import { gatewayId } from '#lib/core/ids.ts';
import type { Launch } from '#lib/core/kernel/launch.ts';
import { JupyterGateway } from '#server/kinds/gateway/jupyter/adapter.ts';
import { tokenEndpoint, type GatewayPort, type KernelLaunch } from '#server/kinds/gateway/port.ts';
import { startJupyter, type TestJupyter } from '#server/testing/jupyter.ts';
import { openEffects, SessionBench, tester, unwrap } from '#server/testing/session-bench.ts';

let jupyter: TestJupyter;
let folder: string;
let bench: SessionBench;
let real: GatewayPort;
/** How the gateway starts kernels in a test; the real one otherwise. */
let start: GatewayPort['startKernel'] | null;
/** How it ends and restarts them, likewise. */
let shutDown: GatewayPort['shutdownKernel'] | null;
let restart: GatewayPort['restartKernel'] | null;
let seen: (Launch | null)[];
/** Kernels that the gateway has started and ended for us. */
let started: string[];
let ended: string[];

beforeAll(async () => {
  jupyter = await startJupyter();
});
afterAll(() => jupyter.stop());

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'farfield-launch-'));
  started = [];
  ended = [];
  const watched: typeof fetch = async (input, init) => {
    const reply = await fetch(input, init);
    const path = new URL(input instanceof Request ? input.url : input).pathname;
    if (init?.method === 'POST' && path === '/api/kernels')
      started.push(((await reply.clone().json()) as { id: string }).id);
    if (init?.method === 'DELETE') ended.push(path.split('/').at(-1) ?? '');
    return reply;
  };
  real = new JupyterGateway(async () => tokenEndpoint(jupyter.url, jupyter.token), { ...openEffects, fetch: watched });
  start = null;
  shutDown = null;
  restart = null;
  const port = new Proxy(real, {
    get: (target, name) => {
      if (name === 'startKernel' && start !== null) return start;
      if (name === 'shutdownKernel' && shutDown !== null) return shutDown;
      if (name === 'restartKernel' && restart !== null) return restart;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  bench = await new SessionBench({ port: () => port, get: () => ({ label: 'far' }) }, folder).open();
  seen = [];
  bench.host.kernels.launch.onChanged((launch) => seen.push(launch));
});
afterEach(async () => {
  for (const view of bench.host.views()) await bench.host.kernels.end(view.id, { shutdown: true }, tester);
  await bench.host.stop();
  await rm(folder, { recursive: true, force: true });
});

const ask = () =>
  bench.host.kernels.start({ gatewayId: gatewayId('test'), kernelName: 'python3', shutdownPrevious: false }, tester);
const present = () => bench.host.kernels.launch.get();

it('says each step, and nothing more once the kernel has answered', async () => {
  await bench.start();
  expect(present()).toBeNull();
  const steps = seen.findLast((launch) => launch !== null)?.steps.map(({ text }) => text);
  expect(steps).toEqual([
    'asking the gateway for a kernel',
    'the gateway starts the kernel',
    'connecting to the kernel, and waiting for its first word',
  ]);
  expect(seen.map((launch) => launch?.state)).toContain('connecting');
  expect(seen[0]).toMatchObject({ kernelName: 'python3', gatewayLabel: 'far' });
});

it('is called off while the gateway starts the kernel: the kernel that comes of it is shut down', async () => {
  const { launch } = bench.host.kernels;
  let cancelled: Promise<unknown> | undefined;
  launch.onChanged((now) => {
    if (now?.steps.at(-1)?.text !== 'the gateway starts the kernel') return;
    // The request has left, or leaves now.
    cancelled ??= new Promise((resolve) => setImmediate(resolve)).then(() => launch.cancel(tester));
  });
  const answer = ask();
  expect(await answer).toMatchObject({ fault: 'kernel.startCancelled' });
  expect(await cancelled).toBeNull();
  expect(present()).toBeNull();
  expect(bench.host.views()).toEqual([]);
  await expect.poll(() => started.length, { timeout: 20_000 }).toBe(1);
  await expect.poll(() => ended, { timeout: 20_000 }).toEqual(started);
});

it('is called off just when the gateway has answered: the kernel is shut down', async () => {
  start = async (request) => {
    const kernel = await real.startKernel(request);
    await bench.host.kernels.launch.cancel(tester);
    return kernel;
  };
  expect(await ask()).toMatchObject({ fault: 'kernel.startCancelled' });
  expect(started).toHaveLength(1);
  expect(ended).toEqual(started);
  expect(bench.host.views()).toEqual([]);
});

it('is called off while the kernel has not answered yet: session and kernel end', async () => {
  unwrap(await ask());
  expect(present()?.state).toBe('connecting');
  expect(await bench.host.kernels.launch.cancel(tester)).toBeNull();
  expect(bench.host.views()).toEqual([]);
  expect(started).toHaveLength(1);
  expect(ended).toEqual(started);
});

it('is called off while it joins a kernel that ran before: the session ends, the kernel goes on', async () => {
  const kernel = unwrap(await real.startKernel({ name: 'python3', folder: '' }));
  const joined = { gatewayId: gatewayId('test'), kernelId: kernel.id, shutdownPrevious: false };
  unwrap(await bench.host.kernels.start(joined, tester));
  expect(present()?.state).toBe('connecting');
  expect(await bench.host.kernels.launch.cancel(tester)).toBeNull();
  expect(bench.host.views()).toEqual([]);
  expect(ended).toEqual([]);
  expect(await real.findKernel(kernel.id)).toMatchObject({ id: kernel.id });
  await real.shutdownKernel(kernel.id);
});

it('is called off while the kernel before it is shut down: the new one is, too', async () => {
  await bench.start();
  const going = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  shutDown = async (id) => {
    going.resolve();
    await held.promise;
    return real.shutdownKernel(id);
  };
  const answer = bench.host.kernels.start(
    { gatewayId: gatewayId('test'), kernelName: 'python3', shutdownPrevious: true },
    tester,
  );
  await going.promise;
  shutDown = null;
  await bench.host.kernels.launch.cancel(tester);
  held.resolve();
  expect(await answer).toMatchObject({ fault: 'kernel.startCancelled' });
  expect(bench.host.views()).toEqual([]);
  expect(started).toHaveLength(2);
  expect(ended).toEqual(expect.arrayContaining(started));
});

it('a session that ends while its kernel restarts stays ended, and nothing connects to the kernel again', async () => {
  await bench.start();
  const { id, kernelId } = bench.session().binding;
  const going = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  restart = async () => {
    going.resolve();
    await held.promise;
    return null;
  };
  bench.host.kernels.closeLink(id);
  const restarting = bench.host.kernels.restart(id, tester);
  await going.promise;
  await bench.host.kernels.end(id, { shutdown: false }, tester);
  held.resolve();
  expect(await restarting).toBeNull();
  expect(bench.host.kernels.link(id)).toBeUndefined();
  await real.shutdownKernel(kernelId);
});

it('waits for its turn behind another start, and can be called off there', async () => {
  const held = Promise.withResolvers<void>();
  let given: KernelLaunch | undefined;
  start = async (request, launch) => {
    given = launch;
    await held.promise;
    return real.startKernel(request, launch);
  };
  const first = ask();
  const second = bench.host.kernels.start(
    { gatewayId: gatewayId('test'), kernelName: 'other', shutdownPrevious: false },
    tester,
  );
  expect(present()).toMatchObject({ state: 'queued', kernelName: 'other' });
  await bench.host.kernels.launch.cancel(tester);
  held.resolve();
  expect(await second).toMatchObject({ fault: 'kernel.startCancelled' });
  expect(given?.signal?.aborted).toBe(false);
  expect(isFault(await first)).toBe(false);
});

it.each<[string, Fault, Launch['state']]>([
  [
    'refused',
    fault('kernel.start', 'The gateway did not start “python3”: no room.', 'Choose another kernel.'),
    'failed',
  ],
  ['out of time', fault('gateway.timeout', 'The gateway did not answer in time.', 'Try again.'), 'timedOut'],
])('a start that is %s is told until somebody has read it', async (_, why, state) => {
  start = async () => why;
  expect(await ask()).toEqual(why);
  expect(present()).toMatchObject({ state, fault: why });
  await bench.host.kernels.launch.cancel(tester);
  expect(present()).toBeNull();
});
