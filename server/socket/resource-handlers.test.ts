import { expect, it } from 'vitest';
import { fault } from '#lib/core/fault.ts';
import { clusterId, sessionId } from '#lib/core/ids.ts';
import type { ResourceTarget } from '#lib/core/resource/target.ts';
import type { ClusterView } from '#lib/protocol/http/clusters.ts';
import type { WatchCluster } from '#server/cluster/look-at-cluster.ts';
import { Resources } from '#server/resource/resources.ts';
import { resourceHandlers } from './resource-handlers.ts';
import type { Client } from './socket-server.ts';

const target = { kind: 'cluster', clusterId: clusterId('c') } as const;
const soon = () => new Promise((resolve) => setTimeout(resolve, 0));

const missing = fault('cluster.notFound', 'no such cluster');

/** A browser, and samplers of clusters that tell what the test says. */
function open() {
  const watching = new Set<WatchCluster>();
  const resources = new Resources({
    host: () => undefined,
    gateways: { port: () => fault('gateway.notFound', 'none'), get: () => undefined },
    clusters: {
      view: (id) => (id === 'gone' ? missing : ({} as ClusterView)),
      watch: (_id, listener) => {
        watching.add(listener);
        return () => void watching.delete(listener);
      },
    },
    notebooks: () => [],
    now: () => 0,
  });
  const told: unknown[] = [];
  let goes: () => void = () => undefined;
  const client = {
    id: 'one',
    sendVolatile: (_name: string, { heard }: { heard: unknown }) => told.push(heard),
    onGone: (callback: () => void) => (goes = callback),
  } as unknown as Client;
  const handlers = resourceHandlers({ resources });
  return {
    told,
    say: () => watching.forEach((tell) => tell(fault('cluster.unreachable', 'away'))),
    watch: async (other: ResourceTarget = target) => {
      const answer = await handlers['resource.watch'](client, { target: other });
      await soon();
      return answer;
    },
    leave: () => handlers['resource.leave'](client, { target }),
    go: () => goes(),
    sampled: () => resources.sampled().length,
  };
}

it('what a page asks for twice is told once, until it leaves', async () => {
  const { told, say, watch, leave, sampled } = open();
  await watch();
  await watch();
  say();
  expect(told).toHaveLength(1);
  expect(sampled()).toBe(1);
  await leave();
  await leave();
  say();
  expect(told).toHaveLength(1);
  expect(sampled()).toBe(0);
  await watch();
  say();
  expect(told).toHaveLength(2);
});

it('a browser that goes follows nothing any more', async () => {
  const { told, say, watch, go, sampled } = open();
  await watch();
  await watch();
  go();
  say();
  expect(told).toEqual([]);
  expect(sampled()).toBe(0);
});

it('what does not exist is not followed, and nothing is kept for it', async () => {
  const { watch, sampled } = open();
  expect(await watch({ kind: 'cluster', clusterId: clusterId('gone') })).toEqual(missing);
  expect(await watch({ kind: 'kernel', sessionId: sessionId('s') })).toMatchObject({ fault: 'session.notFound' });
  expect(sampled()).toBe(0);
});

it('one page follows so many targets and no more, and others again when it has left some', async () => {
  const { watch, leave, sampled } = open();
  await watch();
  for (let count = 1; count < 40; count += 1) await watch({ kind: 'cluster', clusterId: clusterId(`c${count}`) });
  expect(sampled()).toBe(32);
  const next = { kind: 'cluster', clusterId: clusterId('next') } as const;
  expect(await watch(next)).toMatchObject({ fault: 'resource.tooMany' });
  await leave();
  expect(await watch(next)).toMatchObject({ latest: null });
});
