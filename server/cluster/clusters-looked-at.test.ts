import { expect, it } from 'vitest';
import type { Cluster } from '#lib/core/cluster/state.ts';
import { isFault } from '#lib/core/fault.ts';
import { sessionId } from '#lib/core/ids.ts';
import {
  ada,
  attach,
  dead,
  form,
  id,
  idle,
  later,
  lost,
  minute,
  only,
  open,
  until,
  world,
} from '#server/testing/cluster-bench.ts';

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

it('one in a list that is open has young figures, and is asked no more once the list is closed', async () => {
  const { clusters } = await open();
  clusters.launch({ ...form, idleMinutes: null }, ada);
  await until(clusters, 'ready');
  const seenAt = async (now: number): Promise<number | undefined> => {
    world.now = now;
    await clusters.look();
    const seen = clusters.view(id);
    return isFault(seen) ? undefined : seen.seen?.at;
  };
  expect(await seenAt(100_000)).toBeUndefined();
  clusters.views();
  expect(await seenAt(105_000)).toBe(105_000);
  expect(await seenAt(108_000)).toBe(105_000);
  clusters.views();
  expect(await seenAt(110_000)).toBe(110_000);
  expect(await seenAt(130_000)).toBe(110_000);
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

it('what a worker says to run is asked about, though the tasks were counted before it began', async () => {
  const { clusters } = await open();
  clusters.launch(form, ada);
  await until(clusters, 'ready');
  const worker = { id: 'a', name: 'a', host: 'h', threads: 1, running: 1, cpu: null, memory: null, spilled: null };
  const workers = ['a', 'b'].map((name) => ({ ...worker, id: name, disk: null, network: null, heardAt: null }));
  world.picture = { ...idle, workers, tasksAge: 1_000 };
  await clusters.look();
  expect(clusters.scale(id, 1, false, ada)).toMatchObject({ fault: 'cluster.busy' });
});
