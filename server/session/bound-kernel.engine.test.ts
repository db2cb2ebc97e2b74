import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { fault } from '#lib/core/fault.ts';
import { clusterId, type CellId } from '#lib/core/ids.ts';
import type { Progress } from '#lib/core/session/progress.ts';
import { type ClusterKind, clusterManifests } from '#lib/kinds/cluster/manifest.ts';
import { askThrough } from '#server/cluster/ask-cluster.ts';
import { OutboundGuard } from '#server/http/outbound-guard.ts';
import { must, untilPicture } from '#server/kinds/cluster/contract.ts';
import type { ClusterPort } from '#server/kinds/cluster/port.ts';
import { clusterAdapters } from '#server/kinds/cluster/registry.ts';
import type { KernelProcesses } from '#server/kinds/gateway/port.ts';
import { LocalProvider } from '#server/kinds/provider/local/local-provider.ts';
import type { LaunchedCluster } from '#server/kinds/provider/port.ts';
import { identify } from '#server/process/process-identity.ts';
import { whyMissing } from '#server/testing/engine-process.ts';
import { startJupyter, type TestJupyter } from '#server/testing/jupyter.ts';
import { listeningHosts } from '#server/testing/processes.ts';
import { rayMemory, rayPython } from '#server/testing/ray.ts';
import { gatewayDirectory, SessionBench, tester } from '#server/testing/session-bench.ts';
import { sparkMemory, sparkPython } from '#server/testing/spark.ts';
import { hostAndPort } from './cluster-directory.ts';

/** Kernels bound to a cluster that was launched: one line without an address, and cells that show how far their work is. */

// Real processes on a machine that may be busy.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 180_000 });

/** Kernels are processes of this machine, of which nothing is told. */
const nothingKnown: KernelProcesses = {
  memory: async () => null,
  usage: async () => null,
  gpus: () => null,
  exit: async () => null,
};
const id = clusterId('launched');
let jupyter: TestJupyter;
let root: string;
let folder: string;
let bench: SessionBench;
let kind: ClusterKind;
let cluster: LaunchedCluster;
let guard: OutboundGuard;

beforeAll(async () => {
  guard = new OutboundGuard({ allowLoopback: true, allowedNetworks: [], ownPorts: () => [] });
  root = realpathSync(mkdtempSync(path.join(tmpdir(), 'farfield-bound-')));
  jupyter = await startJupyter();
});
afterAll(async () => {
  await jupyter.stop();
  await guard.stop();
  rmSync(root, { recursive: true, force: true });
});
afterEach(async () => {
  for (const view of bench.host.views()) await bench.host.kernels.end(view.id, { shutdown: true }, tester);
  await bench.host.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Launches a cluster for the tests of a `describe`, each of which has a kernel that is bound to it. */
function onCluster(
  wanted: ClusterKind,
  python: string,
  size: { workers: number; threads: number; memoryBytes: number },
  environment: Readonly<Record<string, string>> = {},
) {
  const provider = () =>
    new LocalProvider({
      folder: root,
      effects: { ensureEngine: async () => ({ python }), now: Date.now, log: () => undefined },
    });
  beforeAll(async () => {
    kind = wanted;
    cluster = must(await provider().launch({ id, kind, size, environment }));
  });
  afterAll(() => provider().stop(id));
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'farfield-bound-'));
    const clusters = { binding };
    const gateways = gatewayDirectory(jupyter, nothingKnown);
    bench = await new SessionBench(gateways, folder, undefined, {
      clusters,
      agentEnabled: () => true,
      patienceMs: 90_000,
    }).open();
    await bench.start();
    expect(await bench.host.clusters.bind(bench.session().binding.id, id, tester)).toBeNull();
  });
}

function binding() {
  const address = hostAndPort(cluster.place.address);
  if (address === null) return fault('cluster.notFound', `${cluster.place.address} is no address`);
  const { bind, module, label } = clusterManifests[kind];
  const known = { cluster: { id, kind, label }, address, module, here: true, packages: cluster.keys.packages ?? null };
  return { ...known, ...bind(cluster.place, cluster.keys) };
}

function port(): ClusterPort {
  const connect = clusterAdapters[kind];
  if (connect === undefined) throw new Error(`nothing speaks ${kind}`);
  const { headers, place } = cluster;
  return connect(async () => ({ dashboard: place.dashboard, headers }), {
    ask: askThrough(guard.fetch),
    ticks: () => performance.now(),
  });
}

/** Runs code, and answers what it printed; an error where it raises one. */
async function run(name: string, ...lines: readonly string[]): Promise<string> {
  const cell = bench.source.set(name, lines.join('\n'));
  await bench.runAndWait(cell);
  const raised = bench.outputs(cell).flatMap((output) => (output.output_type === 'error' ? [output.evalue] : []));
  return raised.length === 0 ? printed(cell) : `error: ${raised.join('')}`;
}
/** Without what engines warn of. */
const printed = (cell: CellId): string =>
  bench
    .outputs(cell)
    .reduce((text, one) => text + (one.output_type === 'stream' && one.name === 'stdout' ? one.text : ''), '');
const progress = (cell: CellId): Progress | null => bench.runOf(cell)?.progress?.report ?? null;
const whenProgress = (cell: CellId, holds: (report: Progress) => boolean) =>
  bench.when(() => {
    const report = progress(cell);
    return report !== null && holds(report);
  }, `the progress of ${cell}`);
async function interrupt(cell: CellId): Promise<void> {
  await bench.host.runs.interrupt(bench.session().binding.id, tester);
  await bench.whenFinished(cell);
  expect(bench.runOf(cell)?.outcome).toBe('error');
}

describe.skipIf(whyMissing('ray') !== null)('Ray', () => {
  const size = { workers: 2, threads: 1, memoryBytes: rayMemory };
  // Ray's own limit is 10,000 tasks, which take a while. All other tests together begin fewer.
  const mostRows = 3_000;
  onCluster('ray', rayPython, size, { RAY_MAX_LIMIT_FROM_DATA_SOURCE: String(mostRows) });
  const connect = () =>
    run(
      'connect',
      'import os, ray, time',
      `_ = ${clusterManifests.ray.bind(cluster.place, cluster.keys).line}`,
      '@ray.remote\ndef slow(x): time.sleep(0.3); return x',
      '@ray.remote(max_retries=0)\ndef bad(): raise ValueError("bad")',
      '@ray.remote(num_cpus=0.5)\ndef tiny(): pass',
      '@ray.remote(num_cpus=0)\ndef inner(): time.sleep(0.05)',
      '@ray.remote(num_cpus=0)\ndef leads(n): return len([ray.get(inner.remote()) for _ in range(n)])',
      '@ray.remote(num_cpus=0, max_concurrency=2)\nclass Leads:',
      '    def __init__(self): self.done, self.ends = 0, False',
      '    def count(self): return self.done',
      '    def end(self): self.ends = True',
      '    def go(self):\n        while not self.ends: self.done += ray.get(leads.remote(1))',
    );

  it('is found without an address, on loopback alone; each cell counts its tasks, while it runs and at its end', async () => {
    expect(await connect()).not.toMatch(/^error/);
    const pid = Number(await run('pid', 'print(os.getpid())'));
    const kernel = identify(pid);
    const hosts = listeningHosts(kernel === null ? [] : [kernel]);
    expect(hosts.size).toBeGreaterThan(0);
    for (const host of hosts) expect(['0100007F', '0000000000000000FFFF00000100007F']).toContain(host);
    const slow = bench.source.set('slow', 'print(sum(ray.get([slow.remote(x) for x in range(40)])))');
    await bench.run(slow);
    await whenProgress(slow, ({ tasks }) => tasks.running > 0 && tasks.done > 0 && tasks.done < 40);
    expect(bench.runOf(slow)?.state).toBe('running');
    await bench.whenFinished(slow);
    await whenProgress(slow, ({ tasks }) => tasks.done === 40);
    expect(progress(slow)).toMatchObject({
      engine: 'ray',
      tasks: { done: 40, running: 0, failed: 0, total: 40 },
      stages: [{ name: 'slow', total: 40 }],
    });
    expect(await run('none', '1 + 1')).toBe('');
    expect(await run('fails', 'ray.get([bad.remote(), slow.remote(1)])')).toMatch(/^error: .*bad/s);
    await whenProgress(bench.source.id('fails'), ({ tasks }) => tasks.failed === 1);
    expect(progress(bench.source.id('none'))).toBeNull();
  });

  it('counts what a cell begins in its first millisecond', async () => {
    expect(await connect()).not.toMatch(/^error/);
    const cells = Array.from({ length: 8 }, (_, place) =>
      bench.source.set(`quick ${place}`, 'ray.get(inner.remote())'),
    );
    for (const cell of cells) await bench.runAndWait(cell);
    for (const cell of cells) await whenProgress(cell, ({ tasks }) => tasks.done === 1 && tasks.total === 1);
  });

  it('an interrupt ends the tasks of its cell and no others, and the next cell works', async () => {
    expect(await connect()).not.toMatch(/^error/);
    expect(await run('earlier', 'earlier = [slow.remote(x) for x in range(6)]')).toBe('');
    const cell = bench.source.set('cell', 'kept = [slow.remote(x) for x in range(500)]\nray.get(kept)');
    await bench.run(cell);
    await whenProgress(cell, ({ tasks }) => tasks.done > 2);
    await interrupt(cell);
    await untilPicture(port(), ({ tasks }) => tasks.running + tasks.queued + tasks.waiting === 0);
    expect(progress(cell)?.tasks.done).toBeLessThan(500);
    expect(await run('next', 'print(sum(ray.get(earlier)), ray.get(slow.remote(7)))')).toContain('15 7\n');
  });

  it('what an earlier cell began, and goes on beginning tasks, is neither counted nor ended with a later one', async () => {
    expect(await connect()).not.toMatch(/^error/);
    const begin = ['actor = Leads.remote()', 'earlier = [actor.go.remote(), leads.remote(250)]'];
    const hasBegun = 'while ray.get(actor.count.remote()) < 3: time.sleep(0.1)';
    expect(await run('earlier', ...begin, hasBegun)).toBe('');
    const cell = bench.source.set('cell', 'kept = [slow.remote(x) for x in range(500)]\nray.get(kept)');
    await bench.run(cell);
    await whenProgress(cell, ({ tasks }) => tasks.done > 6 && tasks.total >= 500);
    expect(progress(cell)?.stages).toMatchObject([{ name: 'slow', total: 500 }]);
    await interrupt(cell);
    // What goes on begins one task after the other, in two places; hundreds of the cell's were queued.
    await untilPicture(port(), ({ tasks }) => tasks.queued + tasks.waiting < 5);
    expect(await run('after', 'actor.end.remote()\nprint(ray.get(earlier))')).toContain('[None, 250]\n');
    expect(await run('own', 'ray.get(leads.remote(3))')).toBe('');
    await whenProgress(bench.source.id('own'), ({ tasks }) => tasks.done === 4 && tasks.total === 4);
  });

  it('is not moved to another cluster while Ray is open, nor here when Ray was imported before and would listen on the network', async () => {
    const session = bench.session().binding.id;
    const bind = (wanted: typeof id | null) => bench.host.clusters.bind(session, wanted, tester);
    expect(await connect()).not.toMatch(/^error/);
    expect(await bind(null)).toBeNull();
    expect(await bind(id)).toBeNull();
    const other = '{"environment": {"RAY_ADDRESS": "127.0.0.1:1"}, "module": "ray"}';
    const change = `print(sys.modules["_farfield_agent"]._binding.change(${other}))`;
    expect(await run('moves', `import sys\n${change}\nray.shutdown()\n${change}`)).toBe(
      "{'open': 'ray'}\n{'installed': True}\n",
    );
    expect(await bind(null)).toBeNull();
    await bench.host.kernels.restart(session, tester);
    await bench.whenStatus('idle');
    const path = `import sys; sys.path.append(${JSON.stringify(cluster.keys.packages)})`;
    expect(await run('imports', path, 'import ray')).toBe('');
    expect(await bind(id)).toMatchObject({ fault: 'cluster.unreachable', message: expect.stringContaining('restart') });
  });

  it('says that there are more than it counts when a kernel has begun more tasks than Ray tells of', async () => {
    expect(await connect()).not.toMatch(/^error/);
    const begun = mostRows + 200;
    expect(await run('many', `ray.get([tiny.remote() for _ in range(${begun})])`)).toBe('');
    await whenProgress(bench.source.id('many'), ({ atLeast }) => atLeast === true);
    expect(progress(bench.source.id('many'))?.tasks.total).toBeLessThanOrEqual(begun);
    // Its tasks are over before anyone has looked at them. Less is asked for before it is the turn of all again.
    expect(await run('quick', 'time.sleep(6)\nray.get([tiny.remote() for _ in range(20)])')).toBe('');
    await whenProgress(bench.source.id('quick'), ({ tasks }) => tasks.done > 5 && tasks.done === tasks.total);
    expect(progress(bench.source.id('quick'))).toMatchObject({ atLeast: true });
    expect(progress(bench.source.id('quick'))?.tasks.total).toBeLessThanOrEqual(20);
    const cell = bench.source.set(
      'cell',
      'kept = [slow.remote(x) for x in range(120)]\nray.get([*kept, leads.remote(1)])',
    );
    await bench.run(cell);
    await whenProgress(cell, ({ tasks }) => tasks.done > 2 && tasks.done < 120);
    await bench.whenFinished(cell);
    await whenProgress(cell, ({ tasks }) => tasks.done > 20 && tasks.done === tasks.total);
    expect(progress(cell)).toMatchObject({ atLeast: true });
    expect(progress(cell)?.tasks.total).toBeLessThanOrEqual(122);
    const cancelled = bench.source.set('cancelled', 'kept = [slow.remote(x) for x in range(500)]\nray.get(kept)');
    await bench.run(cancelled);
    await whenProgress(cancelled, ({ tasks }) => tasks.running > 0);
    await interrupt(cancelled);
    await untilPicture(port(), ({ tasks }) => tasks.running + tasks.queued + tasks.waiting === 0);
  });
});

describe.skipIf(whyMissing('spark') !== null)('Spark Connect', () => {
  onCluster('spark-connect', sparkPython, { workers: 1, threads: 2, memoryBytes: sparkMemory });
  const connect = () =>
    run(
      'connect',
      'from pyspark.sql import SparkSession, functions as F',
      `spark = ${clusterManifests['spark-connect'].bind(cluster.place, cluster.keys).line}`,
      "slow = F.udf(lambda n: (__import__('time').sleep(0.3), n)[1], 'long')",
      "def query(n): return spark.range(0, n, 1, n).select(slow('id').alias('n')).groupBy().sum('n').collect()[0][0]",
      'print(query(2))',
    );

  it('is found without an address; each cell counts its stages and tasks, while it runs and at its end', async () => {
    expect(await connect()).toBe('1\n');
    const slow = bench.source.set('slow', 'print(query(48))');
    await bench.run(slow);
    await whenProgress(slow, ({ tasks }) => tasks.running > 0 && tasks.done > 0 && tasks.done < 48);
    expect(bench.runOf(slow)?.state).toBe('running');
    await bench.whenFinished(slow);
    expect(printed(slow)).toBe('1128\n');
    await whenProgress(slow, ({ tasks }) => tasks.done === tasks.total && tasks.total >= 48);
    expect(progress(slow)).toMatchObject({ engine: 'spark-connect', jobs: 1, tasks: { running: 0, failed: 0 } });
    expect(await run('none', '1 + 1')).toBe('');
    expect(await run('other', 'print(query(16))')).toBe('120\n');
    await whenProgress(bench.source.id('other'), ({ tasks }) => tasks.done >= 16 && tasks.done === tasks.total);
    expect(progress(bench.source.id('other'))?.tasks.total).toBeLessThan(48);
    expect(progress(bench.source.id('none'))).toBeNull();
  });

  it('an interrupt ends the query of its cell at the server, and the next cell works', async () => {
    expect(await connect()).toBe('1\n');
    const cell = bench.source.set('cell', 'query(800)');
    await bench.run(cell);
    await whenProgress(cell, ({ tasks }) => tasks.done > 2);
    await interrupt(cell);
    await untilPicture(port(), ({ tasks }) => tasks.running + tasks.queued === 0);
    expect(await run('next', 'print(query(4))')).toBe('6\n');
  });

  it('asks the server nothing in the thread of a cell, and lets go of the session with its end', async () => {
    expect(await connect()).toBe('1\n');
    const watch = [
      'import threading, time, pyspark.sql.connect.conf as conf',
      'asked, ask = [], conf.RuntimeConf.set',
      'def set(self, name, value):',
      '    if name.endswith("reportInterval"): asked.append(threading.current_thread() is threading.main_thread())',
      '    return ask(self, name, value)',
      'conf.RuntimeConf.set = set',
      'spark.stop()',
      'spark = SparkSession.builder.getOrCreate()',
    ];
    expect(await run('watch', ...watch)).toBe('');
    expect(await run('next', 'while not asked: time.sleep(0.05)', 'print(asked)')).toBe('[False]\n');
    const count = 'print(len(spark.client._progress_handlers))';
    const ends = 'import sys; sys.modules["_farfield_agent"].end()';
    expect(await run('ends', count, ends, count)).toBe('1\n0\n');
  });
});
