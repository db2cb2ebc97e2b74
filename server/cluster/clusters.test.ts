import { mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ClusterPicture } from '#lib/core/cluster/picture.ts';
import type { Cluster } from '#lib/core/cluster/state.ts';
import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import { clusterId, principalId, type SessionId, sessionId, workspaceId } from '#lib/core/ids.ts';
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
  scale: Fault | LaunchedCluster | Error;
  /** Thrown instead of an end. */
  stop: Error | null;
  picture: Fault | ClusterPicture;
  asked: string[];
  bound: { path: string; sessionId: SessionId }[];
  /** Ids of what the provider has, and nobody asked it for. */
  left: string[];
  admit: Fault | null;
  /** How often it was told that something is another. */
  changed: number;
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
    stop: null,
    picture: idle,
    asked: [],
    bound: [],
    left: [],
    admit: null,
    changed: 0,
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
    if (world.scale instanceof Error) throw world.scale;
    return world.scale;
  },
  stop: async (id) => {
    if (world.stop !== null) throw world.stop;
    world.asked.push(`stop ${id}`);
  },
  list: () => world.left.map(clusterId),
  kinds: () => ['dask'],
  machine: () => ({ cores: 2, memoryBytes: 8e9, freeDiskBytes: 9e9 }),
  admit: () => world.admit,
  listLogs: () => ['scheduler'],
  openLog: async () => fault('cluster.notFound', 'none'),
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
  const startTimes = new StartTimes(db, workspaceId('default'));
  await startTimes.run();
  const clusters = new Clusters({
    db,
    workspaceId: workspaceId('default'),
    seal: new Seal(join(folder, 'seal.key')),
    provider,
    startTimes,
    boundTo: () => world.bound,
    spoken: ['dask'],
    connect: (kind, _origin, find) => (kind === 'dask' ? port(find) : fault('request.unsupported', 'not yet')),
    self: principalId('server'),
    events: { changed: () => (world.changed += 1), log: () => undefined },
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
/** A minute later, when it is everybody's turn to be asked. */
const later = (clusters: Clusters): Promise<unknown> => {
  world.now += minute;
  return clusters.look();
};
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
  expect(clusters.views()[0]?.seen).toEqual({ picture: idle, at: 0 });
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
  await later(clusters);
  expect(only(clusters)).toMatchObject({ state: 'unreachable', fault: dead });
  world.picture = idle;
  await later(clusters);
  expect(only(clusters)).toMatchObject({ state: 'ready', fault: null });
  world.picture = dead;
  world.find = lost;
  await later(clusters);
  expect(only(clusters)).toMatchObject({ state: 'failed', fault: lost });
});

it('one that is silent is looked at although nobody looks or waits for its end', async () => {
  const { clusters } = await open();
  clusters.launch({ ...form, idleMinutes: null }, ada);
  await until(clusters, 'ready');
  world.picture = dead;
  const leave = clusters.watch(id, () => undefined);
  await until(clusters, 'unreachable');
  leave();
  world.find = lost;
  await later(clusters);
  expect(only(clusters)).toMatchObject({ state: 'failed', fault: lost });
});

it('scales, asks before it hits running work, and says how many there are when it could not', async () => {
  const { clusters } = await open();
  clusters.launch(form, ada);
  await until(clusters, 'ready');
  clusters.scale(id, 3, false, ada);
  await vi.waitUntil(() => only(clusters)?.scaling === false);
  world.picture = { ...idle, tasks: { ...idle.tasks, running: 3 } };
  await clusters.look();
  expect(clusters.scale(id, 1, false, ada)).toMatchObject({ fault: 'cluster.busy' });
  expect(only(clusters)).toMatchObject({ fault: null, size: { workers: 3 } });
  world.scale = fault('cluster.size', 'too many');
  world.find = launched(2);
  clusters.scale(id, 60, false, ada);
  await vi.waitUntil(() => only(clusters)?.scaling === false);
  expect(only(clusters)).toMatchObject({ size: { workers: 2 }, fault: { fault: 'cluster.size' } });
  expect(world.asked.filter((asked) => asked.startsWith('scale'))).toEqual(['scale 3', 'scale 60']);
});

it('what is thrown while it grows or ends leaves it as it is, with the reason, and it can be asked again', async () => {
  const { clusters } = await open();
  clusters.launch(form, ada);
  await until(clusters, 'ready');
  world.scale = Object.assign(new Error('no space'), { code: 'ENOSPC' });
  world.find = launched(2);
  clusters.scale(id, 3, false, ada);
  await vi.waitUntil(() => only(clusters)?.scaling === false);
  expect(only(clusters)).toMatchObject({ state: 'ready', size: { workers: 2 }, fault: { fault: 'file.noSpace' } });
  world.stop = new Error('busy');
  clusters.ask(id, { type: 'StopRequested' }, ada);
  await until(clusters, 'failed');
  world.stop = null;
  clusters.ask(id, { type: 'StopRequested' }, ada);
  await until(clusters, undefined);
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

it('what was asked some time before the end says nothing of the work at the end', async () => {
  const { clusters } = await open();
  clusters.launch(form, ada);
  await until(clusters, 'ready');
  const at = async (ms: number, tasksAge: number): Promise<Cluster['state'] | undefined> => {
    world.now = ms;
    world.picture = { ...idle, tasksAge };
    await clusters.look();
    return only(clusters)?.state;
  };
  await at(26 * minute, 0);
  expect(only(clusters)?.idle.end).toBe(31 * minute);
  expect([await at(31 * minute + 500, 1_000), only(clusters)?.work?.at]).toEqual(['ready', 31 * minute - 500]);
  expect(await at(31 * minute + 1_500, 0)).not.toBe('ready');
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
  expect(clusters.scale(id, 3, true, ada)).toMatchObject({ fault: 'request.unsupported' });
  clusters.ask(id, { type: 'StopRequested' }, ada);
  expect([clusters.list(), world.asked]).toEqual([[], [`${place.dashboard} Bearer t`]]);
});

it('with another key file it says which one is missing, and what was sealed is there when that is back', async () => {
  const key = join(folder, 'seal.key');
  const theirs = (clusters: Clusters) => clusters.list().find(({ origin }) => origin === 'attached');
  const ours = (clusters: Clusters) => clusters.list().find(({ origin }) => origin === 'launched');
  const first = await open();
  await first.clusters.attach(attach, ada);
  await until(first.clusters, 'ready');
  first.clusters.launch(form, ada);
  await vi.waitUntil(() => first.clusters.list().every(({ state }) => state === 'ready'));
  await first.close();
  await rename(key, `${key}.old`);

  world = { ...world, asked: [], adopt: lost };
  const second = await open();
  await vi.waitUntil(() => theirs(second.clusters)?.state === 'unreachable');
  expect(theirs(second.clusters)?.fault).toMatchObject({
    fault: 'cluster.refused',
    message: expect.stringContaining('seal.key'),
  });
  expect(world.asked).toEqual(['adopt c2']);
  await vi.waitUntil(() => ours(second.clusters)?.state === 'failed');
  const relaunched = second.clusters.relaunch(clusterId('c2'), ada);
  expect(relaunched).toMatchObject({ fault: 'cluster.refused', message: expect.stringContaining('environment') });
  await second.close();
  await rename(`${key}.old`, key);

  world.asked = [];
  const third = await open();
  await vi.waitUntil(() => theirs(third.clusters)?.state === 'ready');
  expect(world.asked).toEqual([`${place.dashboard} Bearer t`]);
  expect(third.clusters.view(clusterId('c2'))).toMatchObject({ environment: ['A'] });
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

it('one that is looked at is asked once a second for all who do, and no more when nobody does', async () => {
  const { clusters } = await open();
  await clusters.attach(attach, ada);
  await until(clusters, 'ready');
  world.asked = [];
  await later(clusters);
  expect(world.asked).toEqual([]);
  const heard: unknown[] = [];
  const leave = [1, 2].map((who) =>
    clusters.watch(id, (seen) => void heard.push([who, isFault(seen) ? seen.fault : seen.at])),
  );
  await clusters.look();
  const first = world.now;
  expect([heard, world.asked.length]).toEqual([
    [
      [1, first],
      [2, first],
    ],
    1,
  ]);
  world.now += 1_000;
  world.picture = dead;
  await clusters.look();
  expect(heard.slice(2)).toEqual([
    [1, 'cluster.unreachable'],
    [2, 'cluster.unreachable'],
  ]);
  for (const one of leave) one();
  world.asked = [];
  await later(clusters);
  expect(world.asked).toEqual([]);
});

it('one that has not answered for long is asked once by whoever comes to look', async () => {
  const { clusters } = await open();
  await clusters.attach(attach, ada);
  await until(clusters, 'ready');
  world.picture = dead;
  clusters.watch(id, () => undefined);
  for (let second = 0; second < 50; second += 1) {
    world.now += 1_000;
    await clusters.look();
  }
  world.asked = [];
  await clusters.look();
  expect(world.asked).toEqual([]);
  clusters.watch(id, () => undefined);
  await clusters.look();
  expect(world.asked).toHaveLength(1);
});

it('one that kernels work with is asked, and whoever follows it hears that it is gone', async () => {
  const { clusters } = await open();
  await clusters.attach(attach, ada);
  await until(clusters, 'ready');
  world.asked = [];
  world.bound = [{ path: 'a.ipynb', sessionId: sessionId('s') }];
  await later(clusters);
  expect(world.asked).toHaveLength(1);
  expect(clusters.view(id)).toMatchObject({ notebooks: world.bound, seen: { at: world.now } });
  const heard: unknown[] = [];
  clusters.watch(id, (seen) => void heard.push(isFault(seen) ? seen.fault : 'seen'));
  clusters.ask(id, { type: 'StopRequested' }, ada);
  expect(heard).toEqual(['seen', 'cluster.notFound']);
  clusters.watch(id, (seen) => void heard.push(seen));
  expect(heard.at(-1)).toMatchObject({ fault: 'cluster.notFound' });
});

it('one that is never to be stopped is not asked, and seen to have ended all the same', async () => {
  const { clusters } = await open();
  clusters.launch({ ...form, idleMinutes: null }, ada);
  await until(clusters, 'ready');
  await later(clusters);
  expect(world.asked).toHaveLength(1);
  world.find = lost;
  await later(clusters);
  expect(only(clusters)).toMatchObject({ state: 'failed', fault: lost });
});

it('figures are told to nobody; that work has begun, and that it ended, is', async () => {
  const { clusters } = await open();
  clusters.launch(form, ada);
  await until(clusters, 'ready');
  const told = async (running: number): Promise<number> => {
    world.changed = 0;
    world.picture = { ...idle, tasks: { ...idle.tasks, running } };
    await later(clusters);
    return world.changed;
  };
  expect([await told(0), await told(1), await told(2), await told(0), await told(0)]).toEqual([0, 1, 0, 1, 0]);
});

it('a clean end of this server stops what was launched, a start under way as well; others are found again', async () => {
  const first = await open();
  await first.clusters.attach(attach, ada);
  first.clusters.launch(form, ada);
  await vi.waitUntil(() => first.clusters.list().every(({ state }) => state === 'ready'));
  world.launch = () => new Promise(() => undefined);
  first.clusters.launch(form, ada);
  await vi.waitUntil(() => world.asked.filter((asked) => asked.startsWith('launch')).length === 2);
  await first.clusters.stop({ keep: false });
  expect(world.asked.filter((asked) => asked.startsWith('stop'))).toEqual(['stop c2', 'stop c3']);
  expect((await open()).clusters.list().map(({ origin }) => origin)).toEqual(['attached']);
});

it('what was launched and nobody knows is stopped', async () => {
  world.left = ['forgotten'];
  await open();
  expect(world.asked).toEqual(['stop forgotten']);
});

it('one that failed is launched again as it was, beside the failed one; another is not', async () => {
  const { clusters } = await open();
  world.launch = async () => lost;
  clusters.launch(form, ada);
  await until(clusters, 'failed');
  world.launch = async () => launched();
  expect(clusters.relaunch(id, ada)).toMatchObject({ id: 'c2', label: 'small', size: form.size });
  await vi.waitUntil(() => clusters.list()[1]?.state === 'ready');
  expect(world.asked.slice(0, 2)).toEqual(['launch 2 {"A":"1"}', 'launch 2 {"A":"1"}']);
  expect(clusters.relaunch(clusterId('c2'), ada)).toMatchObject({ fault: 'request.unsupported' });
});

it('what does not fit is refused before anything is begun', async () => {
  const { clusters } = await open();
  world.admit = fault('cluster.size', 'too large');
  expect([clusters.launch(form, ada), clusters.list()]).toEqual([world.admit, []]);
});

it('shows no value of a variable, and keeps none that can be read', async () => {
  const { clusters, close } = await open();
  clusters.launch({ ...form, environment: { KEY: 'tell-nobody' } }, ada);
  await until(clusters, 'ready');
  expect(clusters.views()).toMatchObject([{ environment: ['KEY'], address: place.address }]);
  expect(JSON.stringify(clusters.views())).not.toMatch(/tell-nobody|Bearer/);
  await close();
  for (const file of await readdir(folder))
    expect(await readFile(join(folder, file), 'latin1')).not.toContain('tell-nobody');
});

it('remembers how long a start took, without what was installed for it', async () => {
  const { clusters, close } = await open();
  world.launch = async (launch) => {
    launch?.onReason?.('installing Dask: it is used for the first time');
    world.now += 90_000;
    launch?.onReason?.('starting the scheduler');
    world.now += 2_500;
    return launched();
  };
  clusters.launch(form, ada);
  await until(clusters, 'ready');
  expect(clusters.view(id)).toMatchObject({ lastStartMs: 2_500 });
  await close();
  const second = await open();
  expect(second.clusters.view(id)).toMatchObject({ lastStartMs: 2_500 });
});
