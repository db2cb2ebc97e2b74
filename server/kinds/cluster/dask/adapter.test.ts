import { describe, expect, it } from 'vitest';
import { fault, isFault } from '#lib/core/fault.ts';
import { lookEachSecond } from '#server/testing/look-each-second.ts';
import type { ClusterReply, ClusterRequest } from '../port.ts';
import { DaskCluster } from './adapter.ts';

const counts = {
  bytes: 0,
  clients: 2,
  cores: 2,
  erred: 1,
  hosts: 1,
  idle: 0,
  memory: 3,
  processing: 5,
  released: 1,
  saturated: 0,
  tasks: 20,
  unrunnable: 0,
  waiting: 4,
  waiting_data: 0,
  workers: 1,
  desired_workers: 2,
};
const worker = {
  name: 0,
  host: '10.0.0.7',
  nthreads: 2,
  memory_limit: 1_000,
  last_seen: 1.5,
  metrics: {
    cpu: 150,
    memory: 400,
    spilled_bytes: { memory: 0, disk: 9 },
    host_net_io: { read_bps: 1, write_bps: 2 },
    task_counts: { executing: 2 },
  },
};
const json = (value: unknown): ClusterReply => ({
  status: 200,
  contentType: 'application/json',
  text: JSON.stringify(value),
});
const html = (text: string): ClusterReply => ({ status: 200, contentType: 'text/html', text });
const good = {
  'json/counts.json': json(counts),
  'json/identity.json': json({ type: 'Scheduler', workers: { 'tcp://10.0.0.7:1': worker } }),
};

function cluster(
  replies: Readonly<Record<string, ClusterReply | undefined>>,
  asked: ClusterRequest[] = [],
  clock = { now: 0 },
): DaskCluster {
  return new DaskCluster(async () => ({ dashboard: 'http://h/', headers: {} }), {
    ask: async (_endpoint, request) => {
      asked.push(request);
      return replies[request.path] ?? { status: 404, contentType: 'text/html', text: '' };
    },
    ticks: () => clock.now,
  });
}

it('counts what runs, waits and is done', async () => {
  expect(await cluster(good).describe()).toMatchObject({
    version: null,
    clients: 1,
    wantedWorkers: 2,
    // Five are with the workers, which have two threads; six more wait at the scheduler.
    tasks: { running: 2, queued: 9, waiting: 4, done: 4, failed: 1 },
    workers: [
      {
        id: 'tcp://10.0.0.7:1',
        name: '0',
        host: '10.0.0.7',
        threads: 2,
        running: 2,
        cpu: 1.5,
        memory: { used: 400, limit: 1_000 },
        spilled: 9,
        disk: null,
        network: { read: 1, write: 2 },
        heardAt: 1_500,
      },
    ],
  });
});

it('tells of the graphics processor of a worker, where the worker tells of one', async () => {
  const gpu = { name: 'H200', 'memory-total': 2_000 };
  const withOne = { ...worker, gpu, metrics: { ...worker.metrics, gpu: { utilization: 38, 'memory-used': 500 } } };
  const waits = { ...worker, gpu, metrics: { ...worker.metrics, gpu: { utilization: null, 'memory-used': null } } };
  const workers = { 'tcp://10.0.0.7:1': withOne, 'tcp://10.0.0.8:1': waits, 'tcp://10.0.0.9:1': worker };
  const described = await cluster({
    ...good,
    'json/identity.json': json({ type: 'Scheduler', workers }),
  }).describe();
  const told = isFault(described) ? described : described.workers.map(({ gpus }) => gpus);
  expect(told).toEqual([
    [{ name: 'H200', busy: 0.38, memory: { used: 500, total: 2_000 } }],
    [{ name: 'H200', busy: null, memory: null }],
    undefined,
  ]);
});

it('reads the page of workers while the scheduler cannot write its JSON', async () => {
  const row = [
    '<tr ><td><a href="../worker/x.html">tls://10.0.0.7:1</a></td><td> worker-1 </td><td> 2 </td>',
    '<td data-sort="1000"> 1000 B </td><td> <progress class="progress" value="400" max="1000"></progress></td>',
    '<td data-sort="0.0"> 0 us </td><td> 7 </td><td> 0 </td><td> </td><td> </td><td data-sort="0.1"> 100 ms </td></tr>',
  ].join('\n');
  const broken = { status: 500, contentType: 'text/html', text: '' };
  const page = html(`<table><tr><th> Worker </th></tr>${row}</table>`);
  const described = await cluster({
    ...good,
    'json/identity.json': broken,
    'info/main/workers.html': page,
  }).describe();
  expect(described).toMatchObject({
    workers: [
      {
        id: 'tls://10.0.0.7:1',
        name: 'worker-1',
        host: '10.0.0.7',
        threads: 2,
        running: 2,
        cpu: null,
        memory: { used: 400, limit: 1_000 },
      },
    ],
  });
  expect(await cluster({ ...good, 'json/identity.json': broken }).describe()).toMatchObject({
    fault: 'cluster.unreachable',
  });
});

it('is asked no more than one thing a second while somebody looks, of its page of workers too', async () => {
  for (const identity of [good['json/identity.json'], { status: 500, contentType: 'text/html', text: '' }]) {
    const [clock, asked]: [{ now: number }, ClusterRequest[]] = [{ now: 0 }, []];
    const replies = { ...good, 'json/identity.json': identity, 'info/main/workers.html': html('') };
    const ages = await lookEachSecond(cluster(replies, asked, clock), clock, asked, 60);
    expect(Math.max(...ages)).toBeLessThanOrEqual(3_000);
  }
});

describe('what is no scheduler', () => {
  it.each<[string, ClusterReply | undefined]>([
    ['a web page', html('<h1>Welcome</h1>')],
    ['another JSON', json({ tasks: 'many' })],
    ['nothing', undefined],
  ])('%s', async (_, reply) => {
    const other = cluster({ 'json/counts.json': reply });
    expect(await other.check()).toMatchObject({ fault: 'cluster.notThis' });
    expect(await other.describe()).toMatchObject({ fault: 'cluster.notThis' });
  });
});

it('reads logs, oldest first', async () => {
  const asked: ClusterRequest[] = [];
  const page = html('<p> second &lt;b&gt; </p>\n<p> first </p>');
  const logged = cluster({ 'info/logs/tcp%3A%2F%2Fh%3A1.html': page }, asked);
  expect(await logged.logs('tcp://h:1')).toEqual(['first', 'second <b>']);
  expect(await logged.logs(null)).toMatchObject({ fault: 'cluster.notOffered' });
});

it('tells why it has no endpoint', async () => {
  const why = fault('cluster.notFound', 'gone');
  const effects = { ask: async () => json(counts), ticks: () => 0 };
  expect(await new DaskCluster(async () => why, effects).check()).toEqual(why);
});
