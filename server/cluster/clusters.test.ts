import { readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { fault } from '#lib/core/fault.ts';
import { clusterId } from '#lib/core/ids.ts';
import {
  ada,
  attach,
  dead,
  form,
  id,
  idle,
  launched,
  lost,
  only,
  open,
  place,
  until,
  world,
} from '#server/testing/cluster-bench.ts';
import type { Clusters } from './clusters.ts';

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
  const key = join(world.folder, 'seal.key');
  const theirs = (clusters: Clusters) => clusters.list().find(({ origin }) => origin === 'attached');
  const ours = (clusters: Clusters) => clusters.list().find(({ origin }) => origin === 'launched');
  const first = await open();
  await first.clusters.attach(attach, ada);
  await until(first.clusters, 'ready');
  first.clusters.launch(form, ada);
  await vi.waitUntil(() => first.clusters.list().every(({ state }) => state === 'ready'));
  await first.close();
  await rename(key, `${key}.old`);

  Object.assign(world, { asked: [], adopt: lost });
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
  for (const file of await readdir(world.folder))
    expect(await readFile(join(world.folder, file), 'latin1')).not.toContain('tell-nobody');
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
