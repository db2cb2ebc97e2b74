import { expect, it } from 'vitest';
import { lookEachSecond } from '#server/testing/look-each-second.ts';
import type { ClusterReply } from '../../port.ts';
import { SparkConnectServer } from './adapter.ts';

const json = (value: unknown): ClusterReply => ({
  status: 200,
  contentType: 'application/json',
  text: JSON.stringify(value),
});
const html = (text: string): ClusterReply => ({ status: 200, contentType: 'text/html', text });
const executor = (id: string, totalCores: number, activeTasks: number) => ({
  id,
  hostPort: `host-${id}:1`,
  isActive: true,
  totalCores,
  activeTasks,
  completedTasks: 5,
  failedTasks: 0,
  executorLogs: {},
});
const below = 'api/v1/applications/local-1';
const good = {
  'api/v1/applications': json([{ id: 'local-1', attempts: [{ completed: false, appSparkVersion: '4.3.0' }] }]),
  'connect/': html('<span>1,002\n session(s) are online, running 3 Request(s)</span>'),
  [`${below}/allexecutors`]: json([executor('driver', 2, 1)]),
  [`${below}/stages?status=active&status=pending`]: json([]),
};
const gauges = (cpuTime: number, memory: number): ClusterReply =>
  json({
    gauges: {
      'local-1.driver.JVMCPU.jvmCpuTime': { value: cpuTime },
      'local-1.driver.ExecutorMetrics.JVMHeapMemory': { value: memory },
      'local-1.driver.ExecutorMetrics.JVMOffHeapMemory': { value: memory },
    },
  });

function at(
  replies: Record<string, ClusterReply | undefined>,
  clock = { now: 0 },
  asked: string[] = [],
): SparkConnectServer {
  return new SparkConnectServer(async () => ({ dashboard: 'http://h/', headers: {} }), {
    ask: async (_endpoint, { path }) => {
      asked.push(path);
      return replies[path] ?? { status: 404, contentType: '', text: '' };
    },
    ticks: () => clock.now,
  });
}

it('tells its sessions, its threads and its load, which takes two looks', async () => {
  const replies: Record<string, ClusterReply> = { ...good, 'metrics/json/': gauges(1e9, 0) };
  const clock = { now: 0 };
  const port = at(replies, clock);
  expect(await port.describe()).toMatchObject({
    version: '4.3.0',
    clients: 1_002,
    tasks: { running: 1, queued: 0, waiting: 0, done: 5, failed: 0 },
    workers: [{ id: 'driver', name: 'server', host: 'host-driver', threads: 2, running: 1, cpu: null, memory: null }],
  });
  replies['metrics/json/'] = gauges(16e9, 40);
  clock.now += 10_000;
  expect(await port.describe()).toMatchObject({ workers: [{ cpu: 1.5, memory: { used: 80, limit: null } }] });
});

it('is asked no more than one thing a second while somebody looks', async () => {
  const [clock, asked]: [{ now: number }, string[]] = [{ now: 0 }, []];
  const replies = { ...good, 'metrics/json/': gauges(1e9, 0) };
  const ages = await lookEachSecond(at(replies, clock, asked), clock, asked, 60);
  expect(Math.max(...ages)).toBeLessThanOrEqual(4_000);
});

it('of one with executors they are the workers', async () => {
  const replies = { ...good, [`${below}/allexecutors`]: json([executor('driver', 0, 0), executor('7', 4, 4)]) };
  expect(await at(replies).describe()).toMatchObject({
    workers: [{ id: '7', name: 'executor 7', threads: 4, running: 4, cpu: null, memory: null }],
  });
});

it.each<[string, Record<string, ClusterReply | undefined>, string]>([
  ['a driver without Connect', { ...good, 'connect/': undefined }, 'cluster.notThis'],
  ['a web page', { 'api/v1/applications': html('<h1>Welcome</h1>') }, 'cluster.notThis'],
  ['one that starts', { 'api/v1/applications': html('Spark is starting up. Please wait') }, 'cluster.unreachable'],
  ['nothing', {}, 'cluster.notThis'],
])('%s is told apart', async (_, replies, code) => {
  expect(await at(replies).check()).toMatchObject({ fault: code });
  expect(await at(replies).describe()).toMatchObject({ fault: code });
});
