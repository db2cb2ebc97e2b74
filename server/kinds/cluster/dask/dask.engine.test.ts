import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { fault, isFault } from '#lib/core/fault.ts';
import { clusterId } from '#lib/core/ids.ts';
import type { ClusterPlace } from '#lib/kinds/cluster/manifest.ts';
import type { LocalProvider } from '#server/kinds/provider/local/local-provider.ts';
import { readRecord } from '#server/kinds/provider/local/record.ts';
import type { ClusterLaunch, LaunchedCluster } from '#server/kinds/provider/port.ts';
import { listInFolder } from '#server/process/process-identity.ts';
import { daskPython, pagesOf, runWithDask, startPlainDask } from '#server/testing/dask.ts';
import { type EngineProcess, whyMissing } from '#server/testing/engine-process.ts';
import { EngineRoom, kill, killOwner, logText } from '#server/testing/engine-room.ts';
import { listeningHosts, toldOf } from '#server/testing/processes.ts';
import { clusterContract, must, strangerContract, untilPicture } from '../contract.ts';
import type { ClusterPort } from '../port.ts';
import { DaskCluster } from './adapter.ts';

// Real processes on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

const room = new EngineRoom('dask', daskPython, DaskCluster);
const { at, folderOf, open } = room;
afterAll(room.close);
const memoryBytes = 400_000_000;

const missing = whyMissing('dask');
if (missing !== null) console.log(missing);

describe('no Dask scheduler', () => {
  strangerContract((dashboard) => at(dashboard));

  it('what the guard refuses is never asked', async () => {
    expect(await at('http://169.254.169.254/').check()).toMatchObject({ fault: 'outbound.refused' });
  });
});

describe.skipIf(missing !== null)('an attached Dask cluster', () => {
  let plain: EngineProcess & { readonly place: ClusterPlace };
  beforeAll(async () => {
    plain = await startPlainDask();
    await untilPicture(at(plain.place.dashboard), ({ workers }) => workers.length === 1);
  });
  afterAll(() => plain.stop());

  clusterContract(() => ({ port: () => at(plain.place.dashboard), workers: 1, threads: 2 }));

  it('is described all the time while it works, and counts what it does', async () => {
    const port = at(plain.place.dashboard);
    const code = [
      'import time',
      'from dask.distributed import Client',
      'client = Client()',
      'print(sum(client.gather(client.map(lambda n: time.sleep(0.1) or n, range(120), pure=False))))',
    ].join('\n');
    const running = runWithDask(code, plain.place, {});
    const busy = await untilPicture(port, ({ tasks }) => tasks.running > 0 && tasks.done > 0);
    expect(busy.clients).toBe(1);
    expect(busy.tasks.running).toBeLessThanOrEqual(2);
    expect(busy.tasks.running + busy.tasks.queued + busy.tasks.done).toBe(120);
    const faults: unknown[] = [];
    for (let round = 0; round < 15; round += 1) {
      const picture = await port.describe();
      if (isFault(picture)) faults.push(picture);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(faults).toEqual([]);
    expect(await running).toBe('7140');
    const after = await untilPicture(
      port,
      ({ clients, tasks, workers }) => clients === 0 && tasks.running === 0 && workers[0]?.cpu != null,
    );
    expect(after.workers[0]?.memory).toMatchObject({ limit: 400_000_000 });
  });
});

describe.skipIf(missing !== null)('a launched Dask cluster', () => {
  const id = clusterId('launched');
  const reasons: string[] = [];
  let provider: LocalProvider;
  let cluster: LaunchedCluster;
  const port = (): ClusterPort => at(cluster.place.dashboard, cluster.headers);
  const run = (code: string): Promise<string> => runWithDask(code, cluster.place, cluster.keys);

  beforeAll(async () => {
    provider = open();
    const began = performance.now();
    const size = { workers: 2, threads: 1, memoryBytes };
    const launch: ClusterLaunch = { onReason: (text) => void reasons.push(text) };
    cluster = must(await provider.launch({ id, kind: 'dask', size, environment: {} }, launch));
    console.log(`Dask, scheduler and 2 workers: up after ${((performance.now() - began) / 1000).toFixed(1)} s`);
  });
  afterAll(() => provider.stop(id));

  clusterContract(() => ({ port, workers: 2, threads: 1 }));

  it('said what it waited for, and tells its version', async () => {
    expect(reasons.slice(0, 2)).toEqual(['starting the scheduler', 'starting 2 workers']);
    expect(must(await port().describe())).toMatchObject({ version: expect.stringMatching(/^20\d\d\./) });
  });

  it('listens on this machine alone, keeps its secrets in files of ours, and shows no page without its token', async () => {
    const processes = listInFolder(folderOf(id));
    expect(processes.length).toBeGreaterThanOrEqual(5);
    expect([...listeningHosts(processes)]).toEqual(['0100007F']);
    const token = cluster.headers['Authorization']?.slice('Bearer '.length) ?? '';
    expect(token).toHaveLength(64);
    for (const { pid } of processes) {
      expect(toldOf(pid, 'cmdline')).not.toContain(token);
      expect(toldOf(pid, 'environ')).not.toContain(token);
    }
    for (const name of ['token', 'key.pem', 'certificate.pem', 'cluster.json', 'scheduler.log']) {
      expect(statSync(join(folderOf(id), name)).mode & 0o777).toBe(0o600);
    }
    expect(readdirSync(join(folderOf(id), 'dask-scratch-space')).join(' ')).toContain('scheduler-');
    const pages = await pagesOf(cluster.place);
    expect(pages.length).toBeGreaterThan(10);
    for (const page of pages.filter((name) => name !== '/sitemap.json')) {
      expect([page, (await fetch(new URL(page, cluster.place.dashboard), { redirect: 'manual' })).status]).toEqual([
        page,
        401,
      ]);
    }
    expect(await at(cluster.place.dashboard).check()).toMatchObject({ fault: 'cluster.refused' });
  });

  it('lets in nobody without its certificate', async () => {
    const code = `from dask.distributed import Client\nClient('${cluster.place.address}', timeout=5)`;
    await expect(runWithDask(code, cluster.place, {})).rejects.toThrow(/TLS|ssl|security/i);
  });

  it('works for a kernel that knows no address', async () => {
    expect(await run('from dask.distributed import Client\nprint(Client().submit(sum, [1, 2, 3]).result())')).toBe('6');
  });

  it('a worker that is killed costs time and no result; one more takes its place', async () => {
    const code = [
      'import time',
      'from dask.distributed import Client',
      'client = Client()',
      'print(sum(client.gather(client.map(lambda n: time.sleep(0.3) or n, range(30), pure=False))))',
    ].join('\n');
    const running = run(code);
    await untilPicture(port(), ({ tasks }) => tasks.done >= 2);
    kill(readRecord(folderOf(id))?.workers.find(({ name }) => name === 'worker-2'));
    const seen = await untilPicture(port(), ({ workers }) => workers.length === 1);
    expect(seen.workers[0]?.name).toBe('worker-1');
    const found = await provider.find(id);
    expect(found).toMatchObject({ workers: ['worker-1'] });
    cluster = must(await provider.scale(id, 2));
    expect(cluster.workers).toEqual(['worker-1', 'worker-3']);
    expect(await running).toBe('435');
  });

  it('shrinks without losing a result', async () => {
    const trace = join(folderOf(id), 'trace');
    const code = [
      'import time',
      'from dask.distributed import Client',
      'client = Client()',
      `kept = client.map(lambda n: open('${trace}', 'a').write('x') * n, range(20), pure=False)`,
      'print(sum(client.gather(kept)), flush=True)',
      'while len(client.scheduler_info()["workers"]) > 1: time.sleep(0.1)',
      'print(sum(client.gather(kept)))',
    ].join('\n');
    const running = run(code);
    await untilPicture(port(), ({ tasks, clients }) => clients === 1 && tasks.done === 20);
    cluster = must(await provider.scale(id, 1));
    expect(await running).toBe('190\n190');
    // Nothing was computed anew.
    expect(readFileSync(trace, 'utf8')).toHaveLength(20);
    await untilPicture(port(), ({ workers }) => workers.length === 1);
    expect(existsSync(join(folderOf(id), 'worker-3'))).toBe(false);
  });

  it('a scheduler that is killed is told with its log; nothing runs on, and the logs stay until it is removed', async () => {
    kill(readRecord(folderOf(id))?.head);
    await vi.waitUntil(async () => isFault(await provider.find(id)), { timeout: 60_000 });
    expect(await provider.find(id)).toMatchObject({
      fault: 'cluster.lost',
      message: expect.stringMatching(/It wrote: .*distributed\.(scheduler|core)/),
    });
    expect(await port().describe()).toMatchObject({ fault: 'cluster.unreachable' });
    expect(listInFolder(folderOf(id))).toEqual([]);
    expect(await logText(provider, id, 'worker-1')).toContain('distributed');
    await provider.stop(id);
    expect(existsSync(folderOf(id))).toBe(false);
  });
});

describe.skipIf(missing !== null)('a Dask cluster whose server is killed', () => {
  const id = clusterId('owned');

  it.each<[string, (said: { readonly reason?: string; readonly answer?: unknown }) => boolean]>([
    ['while it runs', ({ answer }) => answer !== undefined],
    ['while it starts', ({ reason }) => reason === 'starting 1 worker'],
    ['while its scheduler starts', ({ reason }) => reason === 'starting the scheduler'],
  ])('%s is found again, works, and is stopped without a trace', async (_, isTime) => {
    await killOwner([room.root, daskPython], (line) =>
      isTime(JSON.parse(line) as { reason?: string; answer?: unknown }),
    );
    const head = readRecord(folderOf(id))?.head ?? null;

    const provider = open();
    expect(provider.list()).toContain(id);
    const found = await provider.adopt(id);
    const cluster = must(found ?? fault('cluster.notFound', 'nothing'));
    if (head !== null) expect(readRecord(folderOf(id))?.head).toEqual(head);
    expect(
      await runWithDask(
        'from dask.distributed import Client\nprint(Client().submit(abs, -4).result())',
        cluster.place,
        cluster.keys,
      ),
    ).toBe('4');
    const port = at(cluster.place.dashboard, cluster.headers);
    expect(must(await port.describe()).workers.map(({ name }) => name)).toEqual(cluster.workers);
    expect(cluster.workers).toHaveLength(1);
    await provider.stop(id);
    expect([listInFolder(folderOf(id)), readdirSync(room.root)]).toEqual([[], []]);
  });
});
