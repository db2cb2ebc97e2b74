import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ClusterPicture } from '#lib/core/cluster/picture.ts';
import { isFault } from '#lib/core/fault.ts';
import { clusterId } from '#lib/core/ids.ts';
import type { ClusterPlace } from '#lib/kinds/cluster/manifest.ts';
import { readRecord } from '#server/kinds/provider/local/record.ts';
import type { LaunchedCluster } from '#server/kinds/provider/port.ts';
import { listInFolder } from '#server/process/process-identity.ts';
import { type EngineProcess, whyMissing } from '#server/testing/engine-process.ts';
import { EngineRoom } from '#server/testing/engine-room.ts';
import { listeningHosts, toldOf } from '#server/testing/processes.ts';
import { runWithSpark, sparkMemory, sparkPython, startPlainConnect } from '#server/testing/spark.ts';
import { clusterContract, must, strangerContract, untilPicture } from '../../contract.ts';
import type { ClusterPort } from '../../port.ts';
import { SparkConnectServer } from './adapter.ts';

// Real processes on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

const room = new EngineRoom('connect', sparkPython, SparkConnectServer);
const { at } = room;
afterAll(room.close);

const missing = whyMissing('spark');
if (missing !== null) console.log(missing);

/** So many tasks of 0.2 s each, two at a time. */
const slowSum = (tasks: number): string => `
from pyspark.sql.functions import udf
slow = udf(lambda n: (time.sleep(0.2), n)[1], 'long')
print(spark.range(0, ${tasks}, 1, ${tasks}).select(slow('id').alias('n')).groupBy().sum('n').collect()[0][0])`;

const provider = room.open();

describe('no Spark Connect server', () => {
  strangerContract((dashboard) => at(dashboard));
});

describe.skipIf(missing !== null)('an attached Spark Connect server', () => {
  let plain: EngineProcess & { readonly place: ClusterPlace };
  beforeAll(async () => {
    plain = await startPlainConnect();
    // Its pages answer before it does.
    await untilPicture(at(plain.place.dashboard), ({ workers }) => workers.length === 1);
  });
  afterAll(() => plain.stop());

  clusterContract(() => ({ port: () => at(plain.place.dashboard), workers: 1, threads: 2 }));

  it('is described while it works, with its load', async () => {
    const port = at(plain.place.dashboard);
    // Sessions and processor time are asked every six seconds; the latter has no share before the second time.
    const running = runWithSpark('spark-connect', slowSum(200), plain.place, {});
    const isBusy = ({ clients, tasks, workers: [server] }: ClusterPicture) =>
      clients === 1 && tasks.running > 0 && tasks.done > 0 && server?.cpu != null;
    const busy = await untilPicture(port, isBusy, 90_000);
    expect(busy).toMatchObject({ version: expect.stringMatching(/^4\./) });
    expect(busy.workers[0]?.running).toBe(busy.tasks.running);
    expect(busy.workers[0]?.cpu).toBeGreaterThan(0);
    expect(await running).toBe('19900');
    await untilPicture(port, ({ tasks }) => tasks.running + tasks.queued === 0);
  });
});

describe.skipIf(missing !== null)('a launched Spark Connect server', () => {
  const id = clusterId('launched');
  let cluster: LaunchedCluster;
  const port = (): ClusterPort => at(cluster.place.dashboard, cluster.headers);

  beforeAll(async () => {
    const began = performance.now();
    const size = { workers: 1, threads: 2, memoryBytes: sparkMemory };
    cluster = must(await provider.launch({ id, kind: 'spark-connect', size, environment: {} }));
    console.log(`Spark Connect: up after ${((performance.now() - began) / 1000).toFixed(1)} s`);
  });
  afterAll(() => provider.stop(id));

  clusterContract(() => ({ port, workers: 1, threads: 2 }));

  it('listens on this machine alone, keeps its secrets in files of ours, and shows no page without its token', async () => {
    const processes = listInFolder(join(room.root, id));
    const known = [readRecord(join(room.root, id))?.token ?? '', cluster.keys.token ?? ''];
    expect(known.map((secret) => secret.length)).toEqual([64, 64]);
    for (const { pid } of processes) {
      const told = toldOf(pid, 'cmdline') + toldOf(pid, 'environ');
      for (const secret of known) expect(told).not.toContain(secret);
    }
    expect([...listeningHosts(processes)]).toEqual(['0000000000000000FFFF00000100007F']);
    const settings = join(room.root, id, 'settings');
    for (const name of readdirSync(settings)) expect(statSync(join(settings, name)).mode & 0o777).toBe(0o600);
    for (const page of ['', 'connect/', 'api/v1/applications', 'metrics/json/', 'static/webui.css']) {
      const answer = await fetch(new URL(page, cluster.place.dashboard), { redirect: 'manual' });
      expect([page, answer.status]).toEqual([page, 403]);
    }
    expect(await at(cluster.place.dashboard).check()).toMatchObject({ fault: 'cluster.refused' });
  });

  it('works for a kernel that knows no address, and tells the memory of its process', async () => {
    expect(await runWithSpark('spark-connect', slowSum(40), cluster.place, cluster.keys)).toBe('780');
    expect(must(await port().describe()).workers[0]?.memory?.used).toBeGreaterThan(1e7);
  });

  it('lets in nobody without its token', async () => {
    const keys = { ...cluster.keys, token: 'x'.repeat(64) };
    await expect(runWithSpark('spark-connect', 'print(spark.version)', cluster.place, keys)).rejects.toThrow(
      /UNAUTHENTICATED/,
    );
  });

  it('has no workers to scale', async () => {
    expect(await provider.scale(id, 2)).toMatchObject({ fault: 'cluster.size' });
  });

  it('one that is killed is told with its log, and leaves nothing when it is removed', async () => {
    const head = readRecord(join(room.root, id))?.head;
    process.kill(head?.pid ?? Number.NaN, 'SIGKILL');
    await vi.waitUntil(async () => isFault(await provider.find(id)), { timeout: 30_000 });
    expect(await provider.find(id)).toMatchObject({
      fault: 'cluster.lost',
      message: expect.stringContaining('Spark Connect server started at'),
    });
    await provider.stop(id);
    expect([listInFolder(join(room.root, id)), readdirSync(room.root)]).toEqual([[], []]);
  });
});
