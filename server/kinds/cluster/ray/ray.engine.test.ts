import { existsSync, globSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
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
import { rayMemory, rayPackages, rayPython, runWithRay, startPlainRay } from '#server/testing/ray.ts';
import { clusterContract, must, strangerContract, untilPicture } from '../contract.ts';
import type { ClusterPort } from '../port.ts';
import { RayCluster } from './adapter.ts';

// Real processes on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

const room = new EngineRoom('rays', rayPython, RayCluster);
const { at, folderOf, open } = room;
afterAll(room.close);

const missing = whyMissing('ray');
if (missing !== null) console.log(missing);

const outside = (): readonly string[] => [
  ...readdirSync('/tmp').filter((name) => /^farfield-ray-[0-9a-f]{12}$/.test(name)),
  ...readdirSync('/dev/shm').filter((name) => /plasma|ray/i.test(name)),
];
/** Of other tests on this machine. */
const ofOthers = new Set(outside());
/** What is left of Ray outside of our folder. */
const leftovers = (): readonly string[] => outside().filter((name) => !ofOthers.has(name));

/** `count` tasks, the sum of whose numbers is printed. */
const slowSum = (count: number, seconds: number): string => `
@ray.remote(max_retries=5)
def slow(n):
    time.sleep(${seconds})
    return n
print(sum(ray.get([slow.remote(n) for n in range(${count})])))`;

describe('no Ray dashboard', () => {
  strangerContract((dashboard) => at(dashboard));
});

describe.skipIf(missing !== null)('an attached Ray cluster', () => {
  let plain: EngineProcess & { readonly place: ClusterPlace };
  beforeAll(async () => {
    plain = await startPlainRay();
    await untilPicture(at(plain.place.dashboard), ({ workers }) => workers.length === 1);
  });
  afterAll(() => plain.stop());

  clusterContract(() => ({ port: () => at(plain.place.dashboard), workers: 1, threads: 2 }));

  it('is described while it works, and tells how loaded its machine is', async () => {
    const port = at(plain.place.dashboard);
    const work = runWithRay(slowSum(80, 0.3), plain.place, {});
    // Each figure is asked in its turn.
    const busy = await untilPicture(
      port,
      ({ tasks, clients }) => tasks.running > 0 && tasks.done > 0 && clients === 1,
      60_000,
    );
    expect(busy.version).toMatch(/^2\./);
    expect(await work).toContain('3160');
    const after = await untilPicture(port, ({ clients, workers }) => clients === 0 && workers[0]?.memory != null);
    expect(after.workers[0]?.memory?.used).toBeGreaterThan(0);
    expect(after.workers[0]?.cpu).not.toBeNull();
  });
});

describe.skipIf(missing !== null)('a launched Ray cluster', () => {
  const id = clusterId('launched');
  const reasons: string[] = [];
  let provider: LocalProvider;
  let cluster: LaunchedCluster;
  const port = (): ClusterPort => at(cluster.place.dashboard, cluster.headers);
  const run = (code: string): Promise<readonly string[]> => runWithRay(code, cluster.place, cluster.keys);

  beforeAll(async () => {
    provider = open();
    const began = performance.now();
    const size = { workers: 2, threads: 1, memoryBytes: rayMemory };
    const request = { id, kind: 'ray', size, environment: {} } as const;
    cluster = must(await provider.launch(request, { onReason: (text) => void reasons.push(text) }));
    console.log(`Ray, head and 2 workers: up after ${((performance.now() - began) / 1000).toFixed(1)} s`);
  });
  afterAll(() => provider.stop(id));

  clusterContract(() => ({ port, workers: 2, threads: 1 }));

  it('said what it waited for, and where its packages are', () => {
    expect(reasons.slice(0, 2)).toEqual(['starting the head', 'starting 2 workers']);
    expect(cluster.keys.packages).toBe(rayPackages);
    const size = { workers: 1, threads: 1, memoryBytes: 2 ** 50 };
    expect(provider.admit('ray', size)).toMatchObject({ fault: 'cluster.size' });
    expect(provider.admit('ray', { ...size, memoryBytes: 1_000_000 })).toMatchObject({ fault: 'cluster.size' });
  });

  it('listens on this machine alone, keeps its token in a file of ours, and tells nothing without it', async () => {
    const processes = listInFolder(folderOf(id));
    expect(processes.length).toBeGreaterThan(10);
    for (const host of listeningHosts(processes)) {
      expect(['0100007F', '0000000000000000FFFF00000100007F']).toContain(host);
    }
    const token = readRecord(folderOf(id))?.token ?? '';
    expect(token).toHaveLength(64);
    for (const { pid } of processes) {
      expect(toldOf(pid, 'cmdline')).not.toContain(token);
      expect(toldOf(pid, 'environ')).not.toContain(token);
    }
    expect(statSync(join(folderOf(id), 'token')).mode & 0o777).toBe(0o600);
    for (const page of ['api/version', 'nodes?view=summary', 'api/v0/tasks', 'api/jobs/', 'events']) {
      const answer = await fetch(new URL(page, cluster.place.dashboard), { redirect: 'manual' });
      expect([page, answer.status]).toEqual([page, 401]);
    }
    expect(await at(cluster.place.dashboard).check()).toMatchObject({ fault: 'cluster.refused' });
  });

  it('works for a kernel that knows no address, and lets in nobody without its token', async () => {
    expect(await run(slowSum(4, 0))).toContain('6');
    const stranger = mkdtempSync(join(room.root, 'stranger-'));
    writeFileSync(join(stranger, 'token'), 'wrong'.repeat(8));
    const keys = { ...cluster.keys, settings: stranger };
    const once = { RAY_NUM_REDIS_GET_RETRIES: '1' };
    await expect(runWithRay('print(1)', cluster.place, keys, once)).rejects.toThrow(/authentication token/i);
    rmSync(stranger, { recursive: true });
  });

  it('a worker that is killed costs time and no result; one more takes its place', async () => {
    const work = run(slowSum(40, 0.5));
    await untilPicture(port(), ({ tasks }) => tasks.running > 0, 60_000);
    kill(readRecord(folderOf(id))?.workers.find(({ name }) => name === 'worker-2'));
    const seen = await untilPicture(port(), ({ workers }) => workers.length === 1, 60_000);
    expect(seen.workers[0]?.name).toBe('worker-1');
    expect(await provider.find(id)).toMatchObject({ workers: ['worker-1'] });
    cluster = must(await provider.scale(id, 2));
    expect(cluster.workers).toEqual(['worker-1', 'worker-3']);
    expect(await work).toContain('780');
  });

  it('shrinks', async () => {
    cluster = must(await provider.scale(id, 1));
    await untilPicture(port(), ({ workers }) => workers.length === 1, 60_000);
    expect(existsSync(join(folderOf(id), 'worker-3'))).toBe(false);
  });

  it('a head that is killed is told with its log; nothing of it stays once it is removed', async () => {
    kill(readRecord(folderOf(id))?.head);
    await vi.waitUntil(async () => isFault(await provider.find(id)), { timeout: 60_000 });
    expect(await provider.find(id)).toMatchObject({
      fault: 'cluster.lost',
      message: expect.stringContaining('head of this cluster has ended'),
    });
    expect(await port().describe()).toMatchObject({ fault: 'cluster.unreachable' });
    expect(await logText(provider, id, 'worker-1')).toContain('Ray runtime started');
    const [own] = /\/tmp\/farfield-ray-\w+/.exec(JSON.stringify(await provider.find(id))) ?? [];
    expect(globSync(`${own}/*/session_*/logs/gcs_server.out`)).not.toEqual([]);
    await provider.stop(id);
    expect([listInFolder(folderOf(id)), existsSync(folderOf(id)), leftovers()]).toEqual([[], false, []]);
  });
});

describe.skipIf(missing !== null)('a Ray cluster whose server is killed', () => {
  const id = clusterId('owned');

  it('while it starts: is found again, works, and is stopped without a trace', async () => {
    await killOwner([room.root, rayPython, 'ray', String(rayMemory)], (line) => line.includes('starting 1 worker'));
    const head = readRecord(folderOf(id))?.head;
    expect(head).not.toBeNull();
    const provider = open();
    const cluster = must((await provider.adopt(id)) ?? fault('cluster.notFound', 'nothing'));
    expect(readRecord(folderOf(id))?.head).toEqual(head);
    expect(await runWithRay(slowSum(4, 0), cluster.place, cluster.keys)).toContain('6');
    await provider.stop(id);
    expect([listInFolder(folderOf(id)), readdirSync(room.root), leftovers()]).toEqual([[], [], []]);
  });
});
