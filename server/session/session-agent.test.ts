import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fault } from '#lib/core/fault.ts';
import { clusterId } from '#lib/core/ids.ts';
import { readMarker } from '#lib/core/notebook/marker.ts';
import { freePort, startJupyter, type TestJupyter } from '#server/testing/jupyter.ts';
import { SessionBench, tester, unwrap } from '#server/testing/session-bench.ts';
import type { ClusterDirectory } from './cluster-directory.ts';
import { realEffects } from './session-effects.ts';

let jupyter: TestJupyter;
let folder: string;
let answering: Server;
let silentPort: number;
let nearIsAway = false;
/** By how many ms clocks that only go forward are ahead. */
let later = 0;
const near = clusterId('near');
const far = clusterId('far');
const ours = clusterId('ours');

/** Clusters that are only an address: one that answers, one that does not, and one of this machine alone. */
const clusters: ClusterDirectory = {
  binding: (id) => {
    if (id !== near && id !== far && id !== ours) return fault('cluster.notFound', 'There is no such cluster.');
    const address = answering.address();
    if (typeof address !== 'object' || address === null) throw new Error('not listening');
    return {
      cluster: { id, kind: 'dask', label: id },
      environment: { FARFIELD_TEST_ADDRESS: id, HOME: `/${id}`, SECRET_OF_CLUSTER: 'Zu7-geheim-“é”' },
      address: { host: '127.0.0.1', port: id !== far && !nearIsAway ? address.port : silentPort },
      line: '',
      module: 'json',
      here: id === ours,
      packages: null,
    };
  },
};

beforeAll(async () => {
  jupyter = await startJupyter();
  folder = await mkdtemp(path.join(tmpdir(), 'farfield-agent-'));
  answering = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  silentPort = await freePort();
});
afterAll(async () => {
  answering.close();
  await rm(folder, { recursive: true, force: true });
  await jupyter.stop();
});

async function benchOf(name: string, agentEnabled = true, at = path.join(folder, name)): Promise<SessionBench> {
  const effects = { ...realEffects, ticks: () => performance.now() + later };
  return new SessionBench(jupyter, at, undefined, { clusters, agentEnabled: () => agentEnabled, effects }).open();
}
async function end(bench: SessionBench): Promise<void> {
  for (const view of bench.host.views()) await bench.host.kernels.end(view.id, { shutdown: true }, tester);
  await bench.host.stop();
}
const marks = (bench: SessionBench, id: Parameters<SessionBench['outputs']>[0]) =>
  bench.outputs(id).flatMap((output) => readMarker(output) ?? []);

const isThere = 'import sys; print("_farfield_agent" in sys.modules)';

it('is in the kernel before the first run, and shows nowhere', async () => {
  const bench = await benchOf('invisible');
  await bench.start();
  const cell = bench.source.set(
    'first',
    'print(sorted(n for n in dir() if "farfield" in n.lower()), In[1:], Out, "_" in dir(), "sys" in dir())\nprint("_farfield_agent" in __import__("sys").modules)',
  );
  const result = bench.source.set('second', '40 + 2');
  await bench.runAndWait(cell, result);
  const [names, there] = bench.text(cell).trim().split('\n');
  expect(there).toBe('True');
  expect(names).toMatch(/^\[\] \['print\(sorted.*'\] \{\} True False$/s);
  expect(bench.host.state().cells.get(cell)?.executionCount).toBe(1);
  expect(bench.host.state().cells.get(result)?.executionCount).toBe(2);
  expect(marks(bench, cell)).toEqual([]);
  expect(bench.outputs(result)).toHaveLength(1);
  await bench.whenStatus('idle');
  await end(bench);
});

it('comes back with a restarted kernel, and with one that died', async () => {
  const bench = await benchOf('restart');
  await bench.start();
  unwrap(await bench.host.kernels.restart(bench.session().binding.id, tester));
  await bench.whenStatus('idle');
  const cell = bench.source.set('a', isThere);
  await bench.runAndWait(cell);
  expect(bench.text(cell)).toBe('True\n');
  const dies = bench.source.set('dies', 'import os; os._exit(3)');
  await bench.runAndWait(dies);
  await bench.whenStatus('idle');
  await bench.runAndWait(cell);
  expect(bench.text(cell)).toBe('True\n');
  await end(bench);
});

it('is found again after a restart of this server, once, and nothing counts as missing', async () => {
  const first = await benchOf('found');
  await first.start();
  const mark = first.source.set('mark', 'import sys; sys.modules["_farfield_agent"].mark = 7');
  await first.runAndWait(mark);
  const slow = first.source.set('slow', 'import time\nfor i in range(30): print(i, flush=True); time.sleep(0.1)');
  await first.run(slow);
  await first.when(() => first.text(slow).includes('3\n'), 'the cell to have begun');
  await first.host.stop();
  const bench = await benchOf('found');
  bench.source.set('slow', '');
  const look = bench.source.set(
    'look',
    'import sys; print(sys.modules["_farfield_agent"].mark, len(get_ipython().events.callbacks["pre_run_cell"]))',
  );
  await bench.when(() => bench.runOf(slow)?.finishedAt != null, 'the cell to end');
  await bench.runAndWait(look);
  expect(bench.text(look)).toMatch(/^7 /);
  expect(bench.text(slow)).toBe(Array.from({ length: 30 }, (_, i) => `${i}\n`).join(''));
  expect([...marks(bench, slow), ...marks(bench, look)]).toEqual([]);
  await end(bench);
});

it('stays out where it is switched off, for all or in the notebook', async () => {
  const off = await benchOf('off', false);
  await off.start();
  const cell = off.source.set('a', isThere);
  await off.runAndWait(cell);
  expect(off.text(cell)).toBe('False\n');
  expect(await off.host.clusters.bind(off.session().binding.id, near, tester)).toMatchObject({
    fault: 'kernel.noAgent',
  });
  await end(off);
  const notebook = await benchOf('off-here');
  notebook.source.metadata = { farfield: { agent: false } };
  await notebook.start();
  await notebook.runAndWait(notebook.source.set('a', isThere));
  expect(notebook.text(cell)).toBe('False\n');
  await end(notebook);
});

describe('a kernel and its cluster', () => {
  const show = 'import os; print([os.environ.get(n) for n in ("FARFIELD_TEST_ADDRESS", "HOME", "SECRET_OF_CLUSTER")])';

  it('is attached, restarted, moved and detached; nothing secret is in the journal', async () => {
    const bench = await benchOf('bound');
    await bench.start();
    const { id } = bench.session().binding;
    const cell = bench.source.set('a', show);
    const shown = async () => {
      await bench.runAndWait(cell);
      return bench.text(cell);
    };
    const before = await shown();
    expect(await bench.host.clusters.bind(id, near, tester)).toBeNull();
    expect(bench.host.views()[0]?.cluster).toEqual({ id: near, kind: 'dask', label: 'near', reason: null });
    expect(await shown()).toBe("['near', '/near', 'Zu7-geheim-“é”']\n");
    unwrap(await bench.host.kernels.restart(id, tester));
    expect(await shown()).toBe("['near', '/near', 'Zu7-geheim-“é”']\n");
    expect(await bench.host.clusters.bind(id, far, tester)).toMatchObject({ fault: 'cluster.unreachable' });
    expect(bench.host.views()[0]?.cluster).toMatchObject({ id: near, reason: null });
    expect(await shown()).toContain('near');
    expect(unwrap(await bench.host.clusters.reach(id, [near, far, ours, clusterId('gone')]))).toEqual([
      { id: near, reason: null },
      { id: far, reason: 'Connection refused' },
      { id: ours, reason: expect.stringContaining('“ours” runs on this machine, and the kernel on another one') },
      { id: 'gone', reason: 'There is no such cluster.' },
    ]);
    expect(await bench.host.clusters.bind(id, ours, tester)).toMatchObject({ fault: 'cluster.unreachable' });
    expect(await bench.host.clusters.bind(id, null, tester)).toBeNull();
    expect(await shown()).toBe(before);
    expect(bench.host.views()[0]?.cluster).toBeNull();
    expect(JSON.stringify([...bench.host.state().sessions.values()])).not.toContain('geheim');
    await end(bench);
  });

  it('knows it in its first run when it was started with it', async () => {
    const bench = await benchOf('started');
    const cell = bench.source.set('a', show);
    unwrap(
      await bench.host.kernels.start(
        { gatewayId: bench.gatewayId, kernelName: 'python3', clusterId: near, shutdownPrevious: false },
        tester,
      ),
    );
    await bench.runAndWait(cell);
    expect(bench.text(cell)).toContain("'near'");
    await end(bench);
  });

  it('is told again when it is attached again, and of none by one who does not know what it was told', async () => {
    const at = path.join(folder, 'again');
    const first = await benchOf('again', true, at);
    const kernel = { gatewayId: first.gatewayId, kernelName: 'python3', clusterId: near, shutdownPrevious: false };
    nearIsAway = true;
    unwrap(await first.host.kernels.start(kernel, tester));
    const cell = first.source.set('a', show);
    await first.runAndWait(cell);
    expect(first.text(cell)).toContain('[None');
    nearIsAway = false;
    const { id } = first.session().binding;
    expect(await first.host.clusters.bind(id, near, tester)).toBeNull();
    await first.runAndWait(cell);
    expect(first.text(cell)).toContain("'near'");
    // Let go of while a cell runs, by a server that ends before it can tell.
    const wait = first.source.set('wait', 'import time; print("begun", flush=True); time.sleep(2)');
    await first.run(wait);
    await first.when(() => first.text(wait) !== '', 'the cell to have begun');
    expect(await first.host.clusters.bind(id, null, tester)).toBeNull();
    await first.host.stop();
    const bench = await benchOf('again', true, at);
    await bench.whenStatus('idle');
    const look = bench.source.set('look', show);
    await bench.runAndWait(look);
    expect(bench.text(look)).toContain('[None');
    await end(bench);
  });

  it('is tried again before a run, after a pause, when it was not reached', async () => {
    const bench = await benchOf('unreached');
    const kernel = { gatewayId: bench.gatewayId, kernelName: 'python3', clusterId: near, shutdownPrevious: false };
    nearIsAway = true;
    unwrap(await bench.host.kernels.start(kernel, tester));
    const cell = bench.source.set('a', show);
    await bench.runAndWait(cell);
    expect(bench.text(cell)).toContain('[None');
    expect(bench.host.views()[0]?.cluster?.reason).toContain('cannot reach');
    const answers = createServer((socket) => socket.destroy()).listen(silentPort, '127.0.0.1');
    await once(answers, 'listening');
    await bench.runAndWait(cell);
    expect(bench.text(cell)).toContain('[None');
    later += 30_000;
    await bench.runAndWait(cell);
    expect(bench.text(cell)).toContain("'near'");
    expect(bench.host.views()[0]?.cluster?.reason).toBeNull();
    answers.close();
    nearIsAway = false;
    await end(bench);
  });

  it('is told before the next run when a cell runs', async () => {
    const bench = await benchOf('busy');
    await bench.start();
    const slow = bench.source.set('slow', 'import time; print("begun", flush=True); time.sleep(1.5); raise ValueError');
    const cell = bench.source.set('a', show);
    await bench.run(slow);
    await bench.when(() => bench.text(slow) !== '', 'the cell to have begun');
    const { id } = bench.session().binding;
    expect(await bench.host.clusters.bind(id, near, tester)).toBeNull();
    expect(unwrap(await bench.host.clusters.reach(id, [near]))).toEqual([{ id: near, reason: null }]);
    expect(bench.runOf(slow)?.state).toBe('running');
    await bench.whenFinished(slow);
    await bench.runAndWait(cell);
    expect(bench.text(cell)).toContain("'near'");
    expect(marks(bench, cell)).toEqual([]);
    await end(bench);
  });
});
