import { expect, it } from 'vitest';
import { fault, isFault } from '#lib/core/fault.ts';
import { lookEachSecond } from '#server/testing/look-each-second.ts';
import type { ClusterReply } from '../port.ts';
import { RayCluster } from './adapter.ts';

const reply = (contentType: string, text: string): ClusterReply => ({ status: 200, contentType, text });
const json = (value: unknown): ClusterReply => reply('application/json', JSON.stringify(value));
const state = (result: unknown): ClusterReply =>
  json({ result: true, msg: '', data: { result: { total: 1, result } } });
const node = (id: string, address: string, more: object): object => ({
  now: 1.5,
  hostname: 'vm',
  ip: address,
  cpu: 50,
  cpus: [4, 2],
  mem: [1_000, 600, 40, 400],
  diskIoSpeed: [1, 2, 3, 4],
  networkSpeed: [5, 6],
  raylet: { nodeId: id, nodeName: id, nodeManagerAddress: address, state: 'ALIVE', ...more },
});
const head = node('h', '10.0.0.1', { isHeadNode: true, resourcesTotal: { 'node:InternalHead': 1 } });
const a = node('a', '10.0.0.2', { resourcesTotal: { CPU: 2 } });
const gone = node('g', '10.0.0.2', { resourcesTotal: { CPU: 2 }, state: 'DEAD' });
const summary = (...nodes: readonly object[]): ClusterReply => json({ data: { summary: nodes } });
/** Rows of tasks that are not over, the first of them on the node `a`; `all`: how many there are. */
function tasks(...states: readonly string[]): ClusterReply {
  return json({
    data: { result: { result: states.map((one, at) => ({ state: one, node_id: at === 0 ? 'a' : null })) } },
  });
}
const good = {
  'api/version': json({ version: '4', ray_version: '2.60.0' }),
  'nodes?view=summary': summary(head, a, gone),
  'api/v0/tasks/summarize': state({
    node_id_to_summary: {
      cluster: {
        summary: {
          // Of some tasks only: what is not over is counted elsewhere.
          f: { state_counts: { FINISHED: 5, RUNNING: 0, FAILED: 2 } },
          g: { state_counts: { PENDING_NODE_ASSIGNMENT: 90, FINISHED: 1 } },
        },
      },
    },
  }),
  'api/v0/tasks': tasks('RUNNING', 'RUNNING_IN_RAY_GET', 'PENDING_NODE_ASSIGNMENT', 'PENDING_ARGS_AVAIL'),
  'api/v0/jobs': state([
    { status: 'RUNNING', driver_info: {} },
    { status: 'SUCCEEDED', driver_info: {} },
  ]),
};

function cluster(
  replies: Readonly<Record<string, ClusterReply>>,
  clock = { now: 0 },
  asked: string[] = [],
): RayCluster {
  return new RayCluster(async () => ({ dashboard: 'http://h/', headers: {} }), {
    ask: async (_endpoint, { path }) => {
      const page = path.split('?')[0] ?? '';
      asked.push(page);
      return replies[path] ?? replies[page] ?? { status: 404, contentType: 'text/plain', text: '' };
    },
    ticks: () => clock.now,
  });
}

it('counts tasks by what they wait for; nodes without processors and dead ones are no workers', async () => {
  expect(await cluster(good).describe()).toEqual({
    version: '2.60.0',
    tasks: { running: 2, queued: 1, waiting: 1, done: 6, failed: 2 },
    tasksAge: 0,
    workersAge: 0,
    clients: 1,
    workers: [
      {
        id: 'a',
        name: 'a',
        host: 'vm',
        threads: 2,
        running: 1,
        cpu: 2,
        memory: { used: 400, limit: 1_000 },
        spilled: null,
        disk: { read: 1, write: 2 },
        network: { read: 6, write: 5 },
        heardAt: 1_500,
      },
    ],
    wantedWorkers: null,
  });
});

it('where there are too many tasks to be listed all cores count as busy, and the rest of the tasks as queued', async () => {
  const rows = Array.from({ length: 10_000 }, () => ({ state: 'SUBMITTED_TO_WORKER', node_id: 'a' }));
  const many = json({
    result: true,
    msg: '',
    data: {
      result: {
        total: 50_000,
        num_after_truncation: 10_000,
        num_filtered: 10_000,
        result: rows,
        partial_failure_warning: '',
        warnings: null,
      },
    },
  });
  expect(await cluster({ ...good, 'api/v0/tasks': many }).describe()).toMatchObject({
    tasks: { running: 2, queued: 49_998, waiting: 0 },
    workers: [{ running: 2 }],
  });
});

it('tasks that were forgotten count nowhere while the others can be listed', async () => {
  const rows = [{ state: 'RUNNING', node_id: 'a' }];
  const few = json({ data: { result: { total: 70_000, num_after_truncation: 1, num_filtered: 1, result: rows } } });
  expect(await cluster({ ...good, 'api/v0/tasks': few }).describe()).toMatchObject({
    tasks: { running: 1, queued: 0 },
  });
});

it('is asked one thing a second while somebody looks: mostly for what runs, and for its version once', async () => {
  const [clock, asked]: [{ now: number }, string[]] = [{ now: 0 }, []];
  const port = cluster(good, clock, asked);
  const ages = await lookEachSecond(port, clock, asked, 64);
  expect(Math.max(...ages)).toBeLessThanOrEqual(2_000);
  const times = (page: string): number => asked.filter((one) => one === page).length;
  expect(times('api/version')).toBe(1);
  for (const page of ['nodes', 'api/v0/tasks/summarize', 'api/v0/jobs']) {
    expect(times(page)).toBeGreaterThan(5);
    expect(times('api/v0/tasks')).toBeGreaterThan(times(page));
  }
});

it('while its log is open figures get older, but not older than ten seconds, and are as new as ever afterwards', async () => {
  const log = reply('text/plain', 'of the head\n');
  const clock = { now: 0 };
  const port = cluster({ ...good, 'api/v0/logs/file?node_id=h&filename=gcs_server.out&lines=5000': log }, clock);
  const ages: number[] = [];
  for (let second = 0; second < 700; second += 1) {
    if (second % 2 === 0 && second < 600) expect(await port.logs(null)).toEqual(['of the head']);
    const described = await port.describe();
    ages.push(isFault(described) ? Number.NaN : (described.tasksAge ?? Number.NaN));
    clock.now += 1_000;
  }
  expect(Math.max(...ages)).toBeLessThanOrEqual(10_000);
  expect(Math.max(...ages.slice(610))).toBeLessThanOrEqual(2_000);
});

it('says how old what it tells of the workers is', async () => {
  const clock = { now: 0 };
  const port = cluster(good, clock);
  await port.describe();
  clock.now = 2_000;
  expect(await port.describe()).toMatchObject({ tasksAge: 0, workersAge: 2_000 });
});

it('tells of the graphics processors of a node, where its machine tells of any', async () => {
  const gpus = [
    { index: 0, name: 'H200', uuid: 'u', utilizationGpu: 38, memoryUsed: 2, memoryTotal: 4, processesPids: [] },
    { index: 1, name: 'H200', uuid: 'v', utilizationGpu: null, memoryUsed: 0, memoryTotal: 4, processesPids: [] },
  ];
  const b = { ...node('b', '10.0.0.3', { resourcesTotal: { CPU: 2 } }), gpus };
  const c = { ...node('c', '10.0.0.4', { resourcesTotal: { CPU: 2 } }), gpus: [] };
  const described = await cluster({ ...good, 'nodes?view=summary': summary(head, b, c) }).describe();
  expect(isFault(described) ? described : described.workers.map((worker) => worker.gpus)).toEqual([
    [
      { name: 'H200', busy: 0.38, memory: { used: 2 * 2 ** 20, total: 4 * 2 ** 20 } },
      { name: 'H200', busy: null, memory: { used: 0, total: 4 * 2 ** 20 } },
    ],
    undefined,
  ]);
});

it('what is measured of a machine is told of no node that shares it', async () => {
  const b = node('b', '10.0.0.2', { resourcesTotal: { CPU: 2 } });
  expect(await cluster({ ...good, 'nodes?view=summary': summary(head, a, b) }).describe()).toMatchObject({
    workers: [
      { id: 'a', cpu: null, memory: null, disk: null, network: null },
      { id: 'b', cpu: null, memory: null },
    ],
  });
});

it('finds the log of a node among those of its machine', async () => {
  const logs = {
    ...good,
    'api/v0/logs': json({ data: { result: { raylet: ['raylet.err', 'raylet.out', 'raylet.1.out'] } } }),
    'api/v0/logs/file?node_id=a&filename=raylet.out&lines=5000': reply('text/plain', 'Setting node ID node_id=b\n'),
    'api/v0/logs/file?node_id=a&filename=raylet.1.out&lines=5000': reply(
      'text/plain',
      'begins\nSetting node ID node_id=a\n',
    ),
    'api/v0/logs/file?node_id=h&filename=gcs_server.out&lines=5000': reply('text/plain', 'of the head\n'),
  };
  expect(await cluster(logs).logs('a')).toEqual(['begins', 'Setting node ID node_id=a']);
  expect(await cluster(logs).logs(null)).toEqual(['of the head']);
  expect(await cluster(logs).logs('x')).toMatchObject({ fault: 'cluster.notOffered' });
});

it.each<[string, ClusterReply]>([
  ['a web page', reply('text/html', '<h1>Welcome</h1>')],
  ['another JSON', json({ version: '4' })],
  ['nothing', { status: 404, contentType: '', text: '' }],
])('what is no dashboard: %s', async (_, other) => {
  expect(await cluster({ ...good, 'api/version': other }).check()).toMatchObject({ fault: 'cluster.notThis' });
  expect(await cluster({ ...good, 'api/version': other }).describe()).toMatchObject({ fault: 'cluster.notThis' });
});

it('tells why it has no endpoint', async () => {
  const why = fault('cluster.notFound', 'gone');
  const effects = { ask: async () => json({}), ticks: () => 0 };
  expect(await new RayCluster(async () => why, effects).check()).toEqual(why);
});
