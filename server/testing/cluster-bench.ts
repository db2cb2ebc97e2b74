import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, vi } from 'vitest';
import type { ClusterPicture } from '#lib/core/cluster/picture.ts';
import type { Cluster } from '#lib/core/cluster/state.ts';
import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import { clusterId, principalId, type SessionId, workspaceId } from '#lib/core/ids.ts';
import { Seal } from '#server/auth/seal.ts';
import { migrate } from '#server/db/migrate.ts';
import { openSqlite } from '#server/db/sqlite.ts';
import type { ClusterPort, FindClusterEndpoint } from '#server/kinds/cluster/port.ts';
import type { ClusterLaunch, LaunchedCluster, ProviderPort } from '#server/kinds/provider/port.ts';
import { Clusters, type LaunchForm } from '#server/cluster/clusters.ts';
import { StartTimes } from '#server/cluster/start-times.ts';

/** The clusters of a workspace for tests: a provider and an engine that do what the test says. */

export const minute = 60_000;
export const ada = principalId('ada');
export const place = { address: 'tls://127.0.0.1:1', dashboard: 'http://127.0.0.1:2/' };
const files = { authority: '/ca', certificate: '/cert', key: '/key' };
export const launched = (workers = 2): LaunchedCluster => ({
  place,
  keys: { files },
  headers: { Authorization: 'Bearer secret' },
  workers: Array.from({ length: workers }, (_, at) => `worker-${at + 1}`),
  logs: ['scheduler'],
  launchedAt: 1,
});
export const idle: ClusterPicture = {
  version: null,
  tasks: { running: 0, queued: 0, waiting: 0, done: 0, failed: 0 },
  clients: 0,
  workers: [],
  wantedWorkers: null,
};
export const form: LaunchForm = {
  kind: 'dask',
  label: 'small',
  size: { workers: 2, threads: 1, memoryBytes: 5e8 },
  idleMinutes: 30,
  environment: { A: '1' },
};
export const lost = fault('cluster.lost', 'the scheduler ended');
export const dead = fault('cluster.unreachable', 'nothing listens');

/** What the provider and the engine say next, and what was asked of them. Anew for each test. */
export const world = {} as {
  /** Of the database and the key. */
  folder: string;
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
  Object.assign(world, {
    folder: await mkdtemp(join(tmpdir(), 'farfield-clusters-')),
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
  } satisfies typeof world);
});
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
  await rm(world.folder, { recursive: true, force: true });
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
  measure: () => ({ at: 0, workers: new Map() }),
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

export async function open(): Promise<{ readonly clusters: Clusters; readonly close: () => Promise<void> }> {
  const db = openSqlite(join(world.folder, 'farfield.db'));
  await migrate(db);
  let ids = 0;
  const startTimes = new StartTimes(db, workspaceId('default'));
  await startTimes.run();
  const clusters = new Clusters({
    db,
    workspaceId: workspaceId('default'),
    seal: new Seal(join(world.folder, 'seal.key')),
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

export const only = (clusters: Clusters): Cluster | undefined => clusters.list()[0];
export const until = (clusters: Clusters, state: Cluster['state'] | undefined): Promise<unknown> =>
  vi.waitUntil(() => only(clusters)?.state === state, { interval: 5 });
/** A minute later, when it is everybody's turn to be asked. */
export const later = (clusters: Clusters): Promise<unknown> => {
  world.now += minute;
  return clusters.look();
};
export const attach = { kind: 'dask', label: 'theirs', place, token: 't' } as const;
export const id = clusterId('c1');
