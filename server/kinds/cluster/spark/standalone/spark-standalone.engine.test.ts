import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { fault, isFault } from '#lib/core/fault.ts';
import { clusterId } from '#lib/core/ids.ts';
import type { ClusterPlace } from '#lib/kinds/cluster/manifest.ts';
import type { LocalProvider } from '#server/kinds/provider/local/local-provider.ts';
import { readRecord } from '#server/kinds/provider/local/record.ts';
import type { LaunchedCluster } from '#server/kinds/provider/port.ts';
import { listInFolder } from '#server/process/process-identity.ts';
import { type EngineProcess, whyMissing } from '#server/testing/engine-process.ts';
import { EngineRoom, kill, killOwner, logText } from '#server/testing/engine-room.ts';
import { listeningHosts, toldOf } from '#server/testing/processes.ts';
import { runWithSpark, sparkMemory, sparkPackages, sparkPython, startPlainMaster } from '#server/testing/spark.ts';
import { clusterContract, must, strangerContract, untilPicture } from '../../contract.ts';
import type { ClusterPort } from '../../port.ts';
import { SparkMaster } from './adapter.ts';

// Real processes on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

const room = new EngineRoom('spark', sparkPython, SparkMaster);
const { at, folderOf, open } = room;
afterAll(room.close);

const missing = whyMissing('spark');
if (missing !== null) console.log(missing);

/** `count` tasks of Python; shuffled, so that there are two stages. A driver tells of none in its first seconds. */
const slowSum = (count: number, seconds: number): string => `
numbers = spark.sparkContext.parallelize(range(${count}), ${count})
def slow(n):
    time.sleep(${seconds})
    return n
print(numbers.map(lambda n: (n % 2, slow(n))).reduceByKey(lambda a, b: a + b, 2).values().sum())`;

describe('no Spark master', () => {
  strangerContract((dashboard) => at(dashboard));
});

describe.skipIf(missing !== null)('an attached Spark master', () => {
  let plain: EngineProcess & { readonly place: ClusterPlace };
  beforeAll(async () => {
    plain = await startPlainMaster();
    await untilPicture(at(plain.place.dashboard), ({ workers }) => workers.length === 1);
  });
  afterAll(() => plain.stop());

  clusterContract(() => ({ port: () => at(plain.place.dashboard), workers: 1, threads: 2 }));

  it('is described while it works', async () => {
    const port = at(plain.place.dashboard);
    const running = runWithSpark('spark-standalone', slowSum(120, 0.3), plain.place, {});
    const busy = await untilPicture(port, ({ tasks }) => tasks.running > 0 && tasks.done > 0, 90_000);
    expect(busy.clients).toBe(1);
    expect(busy.workers[0]?.running).toBe(busy.tasks.running);
    expect(busy.tasks.running).toBeLessThanOrEqual(2);
    expect(busy.tasks.waiting).toBe(2);
    expect(await running).toBe('7140');
    await untilPicture(port, ({ clients, tasks }) => clients === 0 && tasks.running === 0);
  });
});

describe.skipIf(missing !== null)('a launched Spark cluster', () => {
  const id = clusterId('launched');
  const reasons: string[] = [];
  let provider: LocalProvider;
  let cluster: LaunchedCluster;
  /** Spark asks three times, twenty seconds each: meanwhile the others are tested. */
  let stranger: Promise<string>;
  const port = (): ClusterPort => at(cluster.place.dashboard, cluster.headers);
  const run = (code: string): Promise<string> => runWithSpark('spark-standalone', code, cluster.place, cluster.keys);

  beforeAll(async () => {
    provider = open();
    const began = performance.now();
    const size = { workers: 2, threads: 1, memoryBytes: sparkMemory };
    const request = { id, kind: 'spark-standalone', size, environment: {} } as const;
    cluster = must(await provider.launch(request, { onReason: (text) => void reasons.push(text) }));
    console.log(`Spark, master and 2 workers: up after ${((performance.now() - began) / 1000).toFixed(1)} s`);
    stranger = runWithSpark('spark-standalone', 'print("in")', cluster.place, {}).catch(String);
  });
  afterAll(() => provider.stop(id));

  clusterContract(() => ({ port, workers: 2, threads: 1 }));

  it('said what it waited for; tells its version, and where its packages are', async () => {
    expect(reasons.slice(0, 2)).toEqual(['starting the master', 'starting 2 workers']);
    expect(must(await port().describe()).version).toMatch(/^4\./);
    expect(must((await provider.find(id)) ?? fault('cluster.notFound', 'nothing')).keys.packages).toBe(sparkPackages);
  });

  it('listens on this machine alone, keeps its secrets in files of ours, and shows no page without its token', async () => {
    const processes = listInFolder(folderOf(id));
    expect(processes).toHaveLength(3);
    expect([...listeningHosts(processes)]).toEqual(['0000000000000000FFFF00000100007F']);
    const token = readRecord(folderOf(id))?.token ?? '';
    expect(token).toHaveLength(64);
    for (const { pid } of processes) {
      expect(toldOf(pid, 'cmdline')).not.toContain(token);
      expect(toldOf(pid, 'environ')).not.toContain(token);
    }
    const settings = cluster.keys.settings ?? '';
    expect(readFileSync(join(settings, 'spark-defaults.conf'), 'utf8')).toContain(token);
    for (const name of readdirSync(settings)) expect(statSync(join(settings, name)).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folderOf(id), 'master.log'), 'utf8')).not.toContain(token);
    for (const page of [
      '',
      'json/',
      'api/v1/applications',
      'metrics/json/',
      'log/?self&logType=out',
      'static/webui.css',
    ]) {
      const answer = await fetch(new URL(page, cluster.place.dashboard), { redirect: 'manual' });
      expect([page, answer.status]).toEqual([page, 403]);
    }
    expect(await at(cluster.place.dashboard).check()).toMatchObject({ fault: 'cluster.refused' });
  });

  it('a worker that is killed in the midst of a stage costs time and no result; one more takes its place', async () => {
    const running = run(slowSum(60, 0.5));
    await untilPicture(
      port(),
      ({ tasks, workers }) => tasks.done >= 2 && workers.every((one) => one.running > 0),
      90_000,
    );
    const found = readRecord(folderOf(id))?.workers.find(({ name }) => name === 'worker-2');
    kill(found);
    const seen = await untilPicture(port(), ({ workers }) => workers.length === 1);
    expect(seen.workers[0]?.name).toBe('worker-1');
    expect(await provider.find(id)).toMatchObject({ workers: ['worker-1'] });
    cluster = must(await provider.scale(id, 2));
    expect(cluster.workers).toEqual(['worker-1', 'worker-3']);
    expect(await running).toBe('1770');
  });

  it('shrinks while work runs, which costs time and no result', async () => {
    const running = run(slowSum(60, 0.3));
    await untilPicture(port(), ({ tasks }) => tasks.done >= 4, 90_000);
    cluster = must(await provider.scale(id, 1));
    expect(cluster.workers).toEqual(['worker-1']);
    await untilPicture(port(), ({ workers }) => workers.length === 1);
    expect(await running).toBe('1770');
    expect(existsSync(join(folderOf(id), 'worker-3'))).toBe(false);
  });

  it('lets in nobody without its secret', async () => {
    expect(await stranger).toMatch(/masters are unresponsive|not initialized/i);
  });

  it('a master that is killed is told with its log; the logs stay until it is removed', async () => {
    kill(readRecord(folderOf(id))?.head);
    await vi.waitUntil(async () => isFault(await provider.find(id)), { timeout: 60_000 });
    expect(await provider.find(id)).toMatchObject({
      fault: 'cluster.lost',
      message: expect.stringContaining('master of this cluster has ended'),
    });
    expect(await port().describe()).toMatchObject({ fault: 'cluster.unreachable' });
    expect(await logText(provider, id, 'worker-1')).toContain('Worker');
    await provider.stop(id);
    expect([listInFolder(folderOf(id)), existsSync(folderOf(id))]).toEqual([[], false]);
  });
});

describe.skipIf(missing !== null)('a Spark cluster whose server is killed', () => {
  const id = clusterId('owned');

  it('while it starts: is found again, and is stopped without a trace', async () => {
    await killOwner([room.root, sparkPython, 'spark-standalone', String(sparkMemory)], (line) =>
      line.includes('starting 1 worker'),
    );
    const head = readRecord(folderOf(id))?.head;
    expect(head).not.toBeNull();
    const provider = open();
    const cluster = must((await provider.adopt(id)) ?? fault('cluster.notFound', 'nothing'));
    expect(readRecord(folderOf(id))?.head).toEqual(head);
    const port = at(cluster.place.dashboard, cluster.headers);
    expect(must(await port.describe()).workers.map(({ name }) => name)).toEqual(cluster.workers);
    expect(cluster.workers).toHaveLength(1);
    await provider.stop(id);
    expect([listInFolder(folderOf(id)), readdirSync(room.root)]).toEqual([[], []]);
  });
});
