import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ClusterPicture } from '#lib/core/cluster/picture.ts';
import type { Cluster } from '#lib/core/cluster/state.ts';
import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import { clusterId, principalId, workspaceId } from '#lib/core/ids.ts';
import { Seal } from '#server/auth/seal.ts';
import { migrate } from '#server/db/migrate.ts';
import { openSqlite } from '#server/db/sqlite.ts';
import type { ClusterPort, FindClusterEndpoint } from '#server/kinds/cluster/port.ts';
import type { ClusterLaunch, LaunchedCluster, ProviderPort } from '#server/kinds/provider/port.ts';
import { Clusters, type LaunchForm } from './clusters.ts';
import { StartTimes } from './start-times.ts';

const minute = 60_000;
const ada = principalId('ada');
const place = { address: 'tls://127.0.0.1:1', dashboard: 'http://127.0.0.1:2/' };
const files = { authority: '/ca', certificate: '/cert', key: '/key' };
const launched = (workers = 2): LaunchedCluster => ({
  place,
  keys: { files },
  headers: { Authorization: 'Bearer secret' },
  workers: Array.from({ length: workers }, (_, at) => `worker-${at + 1}`),
  logs: ['scheduler'],
  launchedAt: 1,
});
const idle: ClusterPicture = {
  version: null,
  tasks: { running: 0, queued: 0, waiting: 0, done: 0, failed: 0 },
  clients: 0,
  workers: [],
  wantedWorkers: null,
};
const form: LaunchForm = {
  kind: 'dask',
  label: 'small',
  size: { workers: 2, threads: 1, memoryBytes: 5e8 },
  idleMinutes: 30,
  environment: { A: '1' },
};
const lost = fault('cluster.lost', 'the scheduler ended');
const dead = fault('cluster.unreachable', 'nothing listens');

let folder: string;
/** What the provider and the engine say next, and what was asked of them. */
let world: {
  now: number;
  launch: (launch: ClusterLaunch | undefined) => Promise<Fault | LaunchedCluster>;
  adopt: Fault | LaunchedCluster | null;
  find: Fault | LaunchedCluster | null;
  scale: Fault | LaunchedCluster;
  picture: Fault | ClusterPicture;
  asked: string[];
};
const opened: (() => Promise<void>)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'farfield-clusters-'));
  world = {
    now: 0,
    launch: async () => launched(),
    adopt: launched(),
    find: launched(),
    scale: launched(3),
    picture: idle,
    asked: [],
  };
});
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
  await rm(folder, { recursive: true, force: true });
});

const provider: ProviderPort = {
  launch: (request, launch) => {
    world.asked.push(`launch ${request.size.workers} ${JSON.stringify(request.environment)}`);
    return world.launch(launch);
  },
  adopt: async (id) => {
    world.asked.push(`adopt ${id}`);
    return world.adopt;
  },
  find: async () => world.find,
  scale: async (_id, workers) => {
    world.asked.push(`scale ${workers}`);
    return world.scale;
  },
  stop: async (id) => void world.asked.push(`stop ${id}`),
  list: () => [],
  kinds: () => ['dask'],
  machine: () => ({ cores: 2, memoryBytes: 8e9, freeDiskBytes: 9e9 }),
  admit: () => null,
  listLogs: () => ['scheduler'],
  openLog: async () => fault('cluster.notFound', 'none'),
  readLog: async () => '',
};

function port(find: FindClusterEndpoint): ClusterPort {
  const say = async () => {
    const endpoint = await find();
    if (isFault(endpoint)) return endpoint;
    world.asked.push(`${endpoint.dashboard} ${endpoint.headers['Authorization'] ?? 'nobody'}`);
    return world.picture;
  };
  return {
    describe: say,
    check: async () => {
      const said = await say();
      return isFault(said) ? said : { distanceMs: 1 };
    },
  };
}

async function open(): Promise<{ readonly clusters: Clusters; readonly close: () => Promise<void> }> {
  const db = openSqlite(join(folder, 'farfield.db'));
  await migrate(db);
  let ids = 0;
  const clusters = new Clusters({
    db,
    workspaceId: workspaceId('default'),
    seal: new Seal(join(folder, 'seal.key')),
    provider,
    startTimes: new StartTimes(db, workspaceId('default')),
    boundTo: () => [],
    spoken: ['dask'],
    connect: (kind, _origin, find) => (kind === 'dask' ? port(find) : fault('request.unsupported', 'not yet')),
    self: principalId('server'),
    events: { changed: () => undefined, log: () => undefined },
    effects: { now: () => world.now, randomId: () => `c${(ids += 1)}` },
  });
  await clusters.run();
  let closed = false;
  const close = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    await clusters.stop({ keep: true });
    await db.destroy();
  };
  opened.push(close);
  return { clusters, close };
}

const only = (clusters: Clusters): Cluster | undefined => clusters.list()[0];
const until = (clusters: Clusters, state: Cluster['state'] | undefined): Promise<unknown> =>
  vi.waitUntil(() => only(clusters)?.state === state, { interval: 5 });
const attach = { kind: 'dask', label: 'theirs', place, token: 't' } as const;
const id = clusterId('c1');

it('launches, says what it waits for, tells kernels of it, and stops', async () => {
  const { clusters } = await open();
  const go = Promise.withResolvers<void>();
  world.launch = async (launch) => {
    launch?.onReason?.('installing Dask');
    await go.promise;
    return launched();
  };
  expect(clusters.launch(form, ada)).toMatchObject({ state: 'requested', by: 'ada', label: 'small' });
  await until(clusters, 'provisioning');
  expect(only(clusters)?.steps).toMatchObject([{ text: 'installing Dask', until: null }]);
  expect(clusters.binding(id)).toMatchObject({ fault: 'cluster.unreachable' });
  go.resolve();
  await until(clusters, 'ready');
  expect(clusters.binding(id)).toMatchObject({ environment: { DASK_SCHEDULER_ADDRESS: place.address } });
  await clusters.look();
  expect(clusters.seen(id)).toEqual({ picture: idle, at: 0 });
  clusters.ask(id, { type: 'StopRequested' }, ada);
  await until(clusters, undefined);
  expect(world.asked).toEqual(['launch 2 {"A":"1"}', `${place.dashboard} Bearer secret`, 'stop c1']);
  expect(clusters.ask(id, { type: 'StopRequested' }, ada)).toMatchObject({ fault: 'cluster.notFound' });
});

it('one that is called off before it has begun is not launched', async () => {
  const { clusters } = await open();
  clusters.launch(form, ada);
  clusters.ask(id, { type: 'StopRequested' }, ada);
  await until(clusters, undefined);
  expect(world.asked).toEqual(['stop c1']);
});

it.each<[string, () => void, string | undefined]>([
  ['a fault', () => (world.launch = async () => lost), 'cluster.lost'],
  ['a bug', () => (world.launch = () => Promise.reject(new Error('oops'))), 'cluster.start'],
])('a launch that fails with %s keeps its reason', async (_, spoil, code) => {
  const { clusters } = await open();
  spoil();
  clusters.launch(form, ada);
  await until(clusters, 'failed');
  expect(only(clusters)?.fault?.fault).toBe(code);
});

it('is known after a restart of this server, and found again', async () => {
  const first = await open();
  first.clusters.launch(form, ada);
  await until(first.clusters, 'ready');
  await first.close();
  const second = await open();
  await until(second.clusters, 'ready');
  expect(only(second.clusters)).toMatchObject({ id, label: 'small', by: 'ada', size: form.size });
  expect(world.asked).toEqual(['launch 2 {"A":"1"}', 'adopt c1']);
  await second.close();
  world.adopt = null;
  const third = await open();
  await until(third.clusters, 'failed');
  expect(only(third.clusters)?.fault?.fault).toBe('cluster.notFound');
});

it('one that was stopped is forgotten', async () => {
  const first = await open();
  first.clusters.launch(form, ada);
  await until(first.clusters, 'ready');
  first.clusters.ask(id, { type: 'StopRequested' }, ada);
  await until(first.clusters, undefined);
  await first.close();
  expect((await open()).clusters.list()).toEqual([]);
});

it('a scheduler that has ended fails the cluster; one that is silent may come back', async () => {
  const { clusters } = await open();
  clusters.launch(form, ada);
  await until(clusters, 'ready');
  world.picture = dead;
  await clusters.look();
  expect(only(clusters)).toMatchObject({ state: 'unreachable', fault: dead });
  world.picture = idle;
  await clusters.look();
  expect(only(clusters)).toMatchObject({ state: 'ready', fault: null });
  world.picture = dead;
  world.find = lost;
  await clusters.look();
  expect(only(clusters)).toMatchObject({ state: 'failed', fault: lost });
});

it('scales, asks before it hits running work, and says how many there are when it could not', async () => {
  const { clusters } = await open();
  clusters.launch(form, ada);
  await until(clusters, 'ready');
  clusters.ask(id, { type: 'ScaleRequested', workers: 3, evenIfBusy: false }, ada);
  await vi.waitUntil(() => only(clusters)?.scaling === false);
  world.picture = { ...idle, tasks: { ...idle.tasks, running: 3 } };
  await clusters.look();
  const shrink = { type: 'ScaleRequested', workers: 1, evenIfBusy: false } as const;
  expect(clusters.ask(id, shrink, ada)).toMatchObject({ fault: { fault: 'cluster.busy' }, size: { workers: 3 } });
  world.scale = fault('cluster.size', 'too many');
  world.find = launched(2);
  clusters.ask(id, { type: 'ScaleRequested', workers: 60, evenIfBusy: false }, ada);
  await vi.waitUntil(() => only(clusters)?.scaling === false);
  expect(only(clusters)).toMatchObject({ size: { workers: 2 }, fault: { fault: 'cluster.size' } });
  expect(world.asked.filter((asked) => asked.startsWith('scale'))).toEqual(['scale 3', 'scale 60']);
});

it('stops one that nobody uses, after notice, and never one that works', async () => {
  const { clusters } = await open();
  clusters.launch(form, ada);
  await until(clusters, 'ready');
  const at = async (minutes: number, running: number): Promise<Cluster | undefined> => {
    world.now = minutes * minute;
    world.picture = { ...idle, tasks: { ...idle.tasks, running } };
    await clusters.look();
    return only(clusters);
  };
  expect((await at(26, 1))?.idle.end).toBeNull();
  expect((await at(52, 0))?.idle.end).toBe(57 * minute);
  expect((await at(56, 1))?.idle.end).toBeNull();
  expect((await at(90, 0))?.idle.end).toBe(95 * minute);
  expect((await at(95, 0))?.state).not.toBe('ready');
  await until(clusters, undefined);
  expect(world.asked.at(-1)).toBe('stop c1');
});

it('attaches what answers, with its token, which is sealed; lets go of it without ending it', async () => {
  const first = await open();
  expect(await first.clusters.attach(attach, ada)).toMatchObject({ state: 'checking', origin: 'attached' });
  await until(first.clusters, 'ready');
  await first.close();
  world.asked = [];
  const { clusters } = await open();
  await until(clusters, 'ready');
  expect(world.asked).toEqual([`${place.dashboard} Bearer t`]);
  const scaled = clusters.ask(id, { type: 'ScaleRequested', workers: 3, evenIfBusy: true }, ada);
  expect(scaled).toMatchObject({ fault: 'request.unsupported' });
  clusters.ask(id, { type: 'StopRequested' }, ada);
  expect([clusters.list(), world.asked]).toEqual([[], [`${place.dashboard} Bearer t`]]);
});

it('keeps nothing of an address that does not answer, cannot be read, or is of a kind that is not spoken with', async () => {
  const { clusters } = await open();
  world.picture = dead;
  expect(await clusters.attach(attach, ada)).toEqual(dead);
  const wrong = { ...place, address: 'http://h' };
  expect(await clusters.attach({ ...attach, place: wrong }, ada)).toMatchObject({ fault: 'request.invalid' });
  const ray = { address: 'ray://h:1', dashboard: place.dashboard };
  expect(await clusters.attach({ ...attach, kind: 'ray', place: ray }, ada)).toMatchObject({
    fault: 'request.unsupported',
  });
  expect(clusters.list()).toEqual([]);
});
