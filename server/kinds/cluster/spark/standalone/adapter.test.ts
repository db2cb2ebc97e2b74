import { expect, it, vi } from 'vitest';
import { fault, type Fault } from '#lib/core/fault.ts';
import type { ClusterEndpoint, ClusterReply } from '../../port.ts';
import { SparkMaster } from './adapter.ts';

const json = (value: unknown): ClusterReply => ({
  status: 200,
  contentType: 'application/json',
  text: JSON.stringify(value),
});
const worker = (id: string, port: number, state = 'ALIVE') => ({
  id,
  host: '10.0.0.7',
  webuiaddress: `http://10.0.0.7:${port}`,
  cores: 2,
  state,
  lastheartbeat: 1_500,
});
const master = {
  url: 'spark://m:7077',
  status: 'ALIVE',
  workers: [worker('one', 8081), worker('two', 8082), worker('gone', 8083, 'DEAD')],
  activeapps: [
    { id: 'app-1', cores: 4 },
    { id: 'app-2', cores: 3 },
  ],
};
const page = (first: string, second: string): ClusterReply => ({
  status: 200,
  contentType: 'text/html',
  text: `<span class="version me-3">4.3.0</span><table>
    <tr><td><a href="app/?appId=app-1">app-1</a><a href="#" class="kill-link">(kill)</a></td><td><a href="${first}">x</a></td></tr>
    <tr><td><a href="app/?appId=app-2">app-2</a></td><td><a href="${second}">x</a></td></tr></table>`,
});
const executor = (id: string, port: number, activeTasks: number, isActive = true) => ({
  id,
  hostPort: '10.0.0.7:40001',
  isActive,
  totalCores: 2,
  activeTasks,
  completedTasks: 10,
  failedTasks: 1,
  executorLogs: { stderr: `http://10.0.0.7:${port}/logPage/?appId=app-1&executorId=${id}&logType=stderr` },
});
const executors = [executor('0', 8081, 3), executor('1', 8082, 1), executor('2', 8082, 0, false)];
const stages = [
  { status: 'ACTIVE', numTasks: 40, numCompleteTasks: 30 },
  { status: 'PENDING', numTasks: 7, numCompleteTasks: 0 },
];

const headers = { Authorization: 'Bearer of-ours' };
const asked: ClusterEndpoint[] = [];

/** Replies by address; what is in none is not reachable. */
function at(dashboard: string, replies: Readonly<Record<string, ClusterReply>>, clock = { now: 0 }): SparkMaster {
  asked.length = 0;
  return new SparkMaster(async () => ({ dashboard, headers }), {
    ask: async (endpoint, { path }): Promise<Fault | ClusterReply> => {
      asked.push(endpoint);
      return replies[`${endpoint.dashboard}${path}`] ?? fault('cluster.unreachable', 'nothing there');
    },
    ticks: () => clock.now,
  });
}
const driver = (base: string): Record<string, ClusterReply> => ({
  [`${base}api/v1/applications/app-1/allexecutors`]: json(executors),
  [`${base}api/v1/applications/app-1/stages?status=active&status=pending`]: json(stages),
});
const main = (first: string, second: string): Record<string, ClusterReply> => ({
  'http://m:8080/json/': json(master),
  'http://m:8080/': page(first, second),
});

it('adds up what drivers tell; one that tells nothing counts as busy on its cores', async () => {
  const port = at('http://m:8080/', { ...main('http://m:4040', 'http://m:4041'), ...driver('http://m:4040/') });
  expect(await port.describe()).toMatchObject({
    version: '4.3.0',
    clients: 2,
    // Three run on two cores: one of them has ended. Of ten that are left, three run.
    tasks: { running: 3 + 3, queued: 7, waiting: 7, done: 30, failed: 3 },
    workers: [
      { id: 'one', name: 'one', host: '10.0.0.7', threads: 2, running: 2, cpu: null, memory: null, heardAt: 1_500 },
      { id: 'two', running: 1 },
    ],
  });
});

it.each<[string, Record<string, ClusterReply>]>([
  ['a driver that tells', driver('http://m:4040/')],
  ['one that does not', {}],
])('with %s: master and driver are each asked no more than one thing a second', async (_, replies) => {
  const clock = { now: 0 };
  const port = at('http://m:8080/', { ...main('http://m:4040', 'file:///x'), ...replies }, clock);
  await port.describe();
  asked.length = 0;
  for (let second = 0; second < 60; second += 1) {
    clock.now += 1_000;
    expect(await port.describe()).toMatchObject({ clients: 2 });
  }
  for (const target of ['http://m:8080/', 'http://m:4040/']) {
    const times = asked.filter(({ dashboard }) => dashboard === target).length;
    expect(times).toBeLessThanOrEqual(60);
    expect(times).toBeGreaterThan(30);
  }
});

it('a driver that is slow is waited for by nobody, may end its answer, and is not asked meanwhile', async () => {
  const replies = { ...main('http://m:4040', 'file:///x'), ...driver('http://m:4040/') };
  const slow: (() => void)[] = [];
  const clock = { now: 0 };
  const port = new SparkMaster(async () => ({ dashboard: 'http://m:8080/', headers }), {
    ask: async ({ dashboard }, { path, timeoutMs }): Promise<Fault | ClusterReply> => {
      if (dashboard === 'http://m:4040/') {
        expect(timeoutMs).toBeGreaterThanOrEqual(60_000);
        await new Promise<void>((resolve) => slow.push(resolve));
      }
      return replies[`${dashboard}${path}`] ?? fault('cluster.unreachable', 'nothing there');
    },
    ticks: () => clock.now,
  });
  expect(await port.describe()).toMatchObject({ tasks: { running: 7, done: 0 } });
  clock.now = 3_000;
  expect(await port.describe()).toMatchObject({ tasks: { running: 7, done: 0 } });
  expect(slow).toHaveLength(2);
  for (const answer of slow) answer();
  await vi.waitFor(async () => expect(await port.describe()).toMatchObject({ tasks: { done: 30 } }));
  // Later it is slow again: what it has told stands, and is as old as it is.
  slow.length = 0;
  clock.now = 30_000;
  const again = port.describe();
  await vi.waitFor(() => expect(slow).toHaveLength(2));
  clock.now = 33_000;
  expect(await again).toMatchObject({ tasks: { done: 30 }, tasksAge: 33_000 });
  for (const answer of slow) answer();
});

it('lets the pages of a driver settle before it asks them', async () => {
  const begins = { ...master, activeapps: [{ id: 'app-1', cores: 4, duration: 4_999 }] };
  const replies = { ...main('http://m:4040', 'file:///x'), 'http://m:8080/json/': json(begins) };
  expect(await at('http://m:8080/', { ...replies, ...driver('http://m:4040/') }).describe()).toMatchObject({
    tasks: { running: 4, done: 0 },
  });
  expect(asked.some(({ dashboard }) => dashboard === 'http://m:4040/')).toBe(false);
  const settled = { ...begins, activeapps: [{ id: 'app-1', cores: 4, duration: 5_000 }] };
  const later = at('http://m:8080/', { ...replies, ...driver('http://m:4040/'), 'http://m:8080/json/': json(settled) });
  expect(await later.describe()).toMatchObject({ tasks: { done: 30 } });
});

it('sends what lets us in to the machine of the master alone', async () => {
  const first = at('http://m:8080/', { ...main('http://m:4040', 'http://evil:4040'), ...driver('http://m:4040/') });
  await first.describe();
  const sent = (host: string): unknown[] => [
    ...new Set(asked.filter(({ dashboard }) => dashboard.includes(host)).map((one) => one.headers)),
  ];
  expect(sent('//m:4040')).toEqual([headers]);
  expect(sent('evil')).toEqual([{}]);
});

it('a master on loopback sends us nowhere else', async () => {
  const replies = {
    'http://127.0.0.1:8080/json/': json(master),
    'http://127.0.0.1:8080/': page('http://169.254.169.254/', 'file:///etc/passwd'),
  };
  expect(await at('http://127.0.0.1:8080/', replies).describe()).toMatchObject({ tasks: { running: 7 } });
  expect([...new Set(asked.map(({ dashboard }) => dashboard))]).toEqual(['http://127.0.0.1:8080/']);
});

it('a master elsewhere does not send us to our own machine', async () => {
  const replies = {
    'http://m:8080/json/': json(master),
    'http://m:8080/': page('http://127.0.0.1:4040/', 'http://localhost:4040/'),
  };
  expect(await at('http://m:8080/', replies).describe()).toMatchObject({ tasks: { running: 7 } });
  expect([...new Set(asked.map(({ dashboard }) => dashboard))]).toEqual(['http://m:8080/']);
});

it('a proxy before the drivers is asked below the master', async () => {
  const port = at('http://m:8080/', {
    ...main('/proxy/app-1/', '/proxy/app-2/'),
    ...driver('http://m:8080/proxy/app-1/'),
  });
  expect(await port.describe()).toMatchObject({ tasks: { done: 30 } });
});

it('tells apart one that waits to take over, and what is no master', async () => {
  const other = (reply: ClusterReply) => at('http://m:8080/', { 'http://m:8080/json/': reply });
  expect(await other(json({ ...master, status: 'STANDBY' })).check()).toMatchObject({ fault: 'cluster.unreachable' });
  expect(await other(json({ workers: [] })).check()).toMatchObject({ fault: 'cluster.notThis' });
  expect(await other({ status: 404, contentType: '', text: '' }).describe()).toMatchObject({
    fault: 'cluster.notThis',
  });
});
