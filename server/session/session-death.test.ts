import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isFault } from '#lib/core/fault.ts';
import { JupyterGateway } from '#server/kinds/gateway/jupyter/adapter.ts';
import { LocalGateway } from '#server/kinds/gateway/local/local-gateway.ts';
import { tokenEndpoint } from '#server/kinds/gateway/port.ts';
import { openEffects, SessionBench, tester, unwrap } from '#server/testing/session-bench.ts';

/** The embedded gateway itself: it alone knows how its kernels end. */
const venvs = process.env['FARFIELD_VENVS'] ?? path.join(import.meta.dirname, '../../.venvs');
let root: string;
let local: LocalGateway;
let folder: string;
let bench: SessionBench;

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'farfield-death-'));
  mkdirSync(path.join(root, 'work'));
  local = new LocalGateway({
    homeFolder: path.join(root, 'home'),
    workspaceFolder: path.join(root, 'work'),
    venvs,
    log: () => undefined,
  });
  local.run();
  unwrap(await local.endpoint());
}, 90_000);
afterAll(async () => {
  await local.stop();
  await rm(root, { recursive: true, force: true });
}, 30_000);

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'farfield-death-state-'));
  const endpoint = async () => {
    const found = await local.endpoint();
    return isFault(found) ? found : tokenEndpoint(found.baseUrl, found.token);
  };
  const port = new JupyterGateway(endpoint, openEffects, { processes: local.processes() });
  bench = await new SessionBench({ port: () => port, get: () => ({ label: 'here' }) }, folder).open();
});
afterEach(async () => {
  for (const view of bench.host.views()) await bench.host.kernels.end(view.id, { shutdown: true }, tester);
  await bench.host.stop();
  await rm(folder, { recursive: true, force: true });
});

async function start(): Promise<void> {
  const places = unwrap(await bench.gateway().listSpecs());
  await bench.start(places.find((spec) => spec.language === 'python')?.name);
}
const death = () => bench.session().death;
const whenExplained = () => bench.when(() => death()?.exit != null, 'the end to be explained');

describe('the end of a kernel of the embedded gateway', () => {
  it('by kill -9: names the cell, the signal and the memory; cancels the queue; runs nothing; replays on request', async () => {
    const a = bench.source.set('a', 'x = 1');
    const b = bench.source.set('b', "x += 1\nprint('x is', x)");
    const boom = bench.source.set(
      'boom',
      "import os, time\nprint('before', flush=True)\ntime.sleep(4.5)\nos.kill(os.getpid(), 9)",
    );
    const never = bench.source.set('never', "print('never')");
    await start();
    await bench.runAndWait(a, b);
    await bench.run(boom, never);
    await bench.when(() => death() !== null, 'the death to be known');
    expect(bench.runOf(boom)).toMatchObject({ state: 'lost', reason: 'the kernel died' });
    expect(bench.runOf(never)).toMatchObject({ state: 'cancelled', reason: 'the kernel died', startedAt: null });
    expect(bench.text(boom)).toBe('before\n');
    await whenExplained();
    expect(death()).toMatchObject({ cellId: boom, cancelled: 1, restarted: true, ran: [a, b] });
    expect(death()?.exit).toMatchObject({ code: null, signal: 'SIGKILL', asked: false });
    const memory = death()?.memory ?? [];
    expect(memory.length).toBeGreaterThanOrEqual(1);
    for (const { kernel, used, total } of memory) {
      expect(kernel).toBeGreaterThan(20 * 1024 * 1024);
      expect(used).toBeGreaterThan(kernel / 4);
      expect(total).toBeGreaterThan(kernel);
    }
    await bench.whenStatus('idle');
    expect([...bench.host.state().runs.values()].filter(({ finishedAt }) => finishedAt === null)).toEqual([]);

    // The report is in the journal.
    const before = death();
    await bench.host.stop();
    await bench.open();
    expect(death()).toEqual(before);
    await bench.whenStatus('idle');
    bench.source.set('b', "x += 40\nprint('x is', x)");
    expect(unwrap(await bench.host.deaths.replay(bench.session().binding.id, tester))).toHaveLength(2);
    await bench.whenFinished(b);
    expect(bench.text(b)).toBe('x is 41\n');
    expect(death()).toBeNull();
    expect(bench.session().ran).toEqual([a, b]);
  });

  it('by itself: its exit status, and a restart that has nothing to do with it says nothing', async () => {
    const a = bench.source.set('a', 'import os\nos._exit(7)');
    await start();
    unwrap(await bench.host.kernels.restart(bench.session().binding.id, tester));
    await bench.whenStatus('idle');
    expect(death()).toBeNull();
    await bench.run(a);
    await whenExplained();
    expect(death()).toMatchObject({ cellId: a, exit: { code: 7, signal: null, asked: false } });
    await bench.whenStatus('idle');
    expect(bench.host.deaths.dismiss(bench.session().binding.id, tester)).toBeNull();
    expect(death()).toBeNull();
  });

  it('by another program: the notebook says that somebody asked for it, and replays in a new kernel', async () => {
    const a = bench.source.set('a', 'y = 5');
    const b = bench.source.set('b', 'y');
    await start();
    await bench.runAndWait(a, b);
    const { kernelId, id } = bench.session().binding;
    unwrap(await bench.gateway().shutdownKernel(kernelId));
    await bench.whenStatus('dead');
    await whenExplained();
    expect(death()).toMatchObject({ cellId: null, restarted: false, ran: [a, b], exit: { asked: true } });
    expect(unwrap(await bench.host.deaths.replay(id, tester))).toHaveLength(2);
    await bench.when(
      () => bench.runOf(b)?.state === 'ok' && bench.session().binding.kernelId !== kernelId,
      'the replay',
    );
    expect(bench.outputs(b)).toMatchObject([{ data: { 'text/plain': '5' } }]);
  });
});
