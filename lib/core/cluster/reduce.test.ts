import { expect, it } from 'vitest';
import { fault } from '#lib/core/fault.ts';
import { clusterId, principalId } from '#lib/core/ids.ts';
import type { ClusterEvent } from './event.ts';
import { reduceCluster } from './reduce.ts';
import type { Cluster, ClusterEffect } from './state.ts';

const minute = 60_000;
const id = clusterId('c');
const size = { workers: 2, threads: 2, memoryBytes: 2 ** 30 };
const why = fault('cluster.start', 'the scheduler ended', 'read its log');

type Told = ClusterEvent extends infer Event ? (Event extends ClusterEvent ? Omit<Event, 'at' | 'by'> : never) : never;

/** Each event comes a second after the one before; `[minutes, event]` comes at that minute. */
function after(...told: (Told | readonly [number, Told])[]): { cluster: Cluster; effects: readonly ClusterEffect[] } {
  let cluster: Cluster | null = null;
  let effects: readonly ClusterEffect[] = [];
  let at = 0;
  for (const one of told) {
    at = 'type' in one ? at + 1_000 : one[0] * minute;
    const event = { ...('type' in one ? one : one[1]), at, by: principalId('ada') } as ClusterEvent;
    ({ cluster, effects } = reduceCluster(cluster, event));
  }
  if (cluster === null) throw new Error('no cluster');
  return { cluster, effects };
}

const asked: Told = { type: 'ClusterRequested', id, kind: 'dask', label: 'small', idleMinutes: 30, size };
const attached: Told = { type: 'ClusterAttached', id, kind: 'dask', label: 'theirs' };
const step = (text: string): Told => ({ type: 'StepReached', text });
const seen = (running: number, queued = 0): Told => ({ type: 'WorkSeen', running, queued });
const failed: Told = { type: 'ClusterFailed', fault: why };
const lost: Told = { type: 'ClusterUnreachable', fault: why };
const scale = (workers: number, evenIfBusy = false): Told => ({ type: 'ScaleRequested', workers, evenIfBusy });
const ready: Told = { type: 'ClusterReady' };
const stopAsked: Told = { type: 'StopRequested' };
const stopped: Told = { type: 'ClusterStopped' };
const stopFailed: Told = { type: 'StopFailed', fault: why };
const restarted: Told = { type: 'ServerRestarted' };
const check: Told = { type: 'CheckRequested' };
const tick: Told = { type: 'TimePassed' };
const keep: Told = { type: 'KeepRequested' };
const up = [asked, step('starts'), ready];

it.each<[string, Told[], Cluster['state'], ClusterEffect['type']?]>([
  ['asked for', [asked], 'requested', 'Launch'],
  ['under way', [asked, step('starts')], 'provisioning'],
  ['ready', up, 'ready'],
  ['failed', [asked, step('starts'), failed], 'failed'],
  ['failed, whatever comes later', [asked, failed, step('starts'), ready], 'failed'],
  ['its head ends while it is ready', [...up, failed], 'failed'],
  ['called off while it starts', [asked, step('starts'), stopAsked], 'stopping', 'Stop'],
  ['called off, and what came of the start is late', [asked, stopAsked, ready, failed], 'stopping'],
  ['asked to stop twice', [...up, stopAsked, stopAsked], 'stopping'],
  ['stopped', [...up, stopAsked, stopped], 'stopped'],
  ['cannot be stopped', [...up, stopAsked, stopFailed], 'failed'],
  ['cannot be stopped, and is asked to again', [...up, stopAsked, stopFailed, stopAsked], 'stopping', 'Stop'],
  ['cannot be stopped, which is told late', [...up, stopAsked, stopped, stopFailed], 'stopped'],
  ['stopped, whatever comes later', [...up, stopAsked, stopped, ready, restarted, stopAsked], 'stopped'],
  ['what failed is cleared away', [asked, failed, stopAsked], 'stopping', 'Stop'],
  ['attached', [attached], 'checking', 'Check'],
  ['attached, and it answers', [attached, ready], 'ready'],
  ['attached, and it does not answer', [attached, lost], 'unreachable'],
  ['attached, and gone later', [attached, ready, lost], 'unreachable'],
  ['asked again', [attached, lost, check], 'checking', 'Check'],
  ['back by itself', [attached, lost, ready], 'ready'],
  ['let go of', [attached, ready, stopAsked], 'stopped'],
  ['our restart while it starts', [asked, step('starts'), restarted], 'provisioning', 'Adopt'],
  ['our restart while it runs', [...up, restarted], 'provisioning', 'Adopt'],
  ['our restart, and it is there', [...up, restarted, ready], 'ready'],
  ['our restart, and it is gone', [...up, restarted, failed], 'failed'],
  ['our restart while it stops', [...up, stopAsked, restarted], 'stopping', 'Stop'],
  ['our restart, attached', [attached, ready, restarted], 'checking', 'Check'],
  ['our restart after it failed', [asked, failed, restarted], 'failed'],
])('%s', (_, told, state, effect) => {
  const { cluster, effects } = after(...told);
  expect(cluster.state).toBe(state);
  expect(effects.map(({ type }) => type)).toEqual(effect === undefined ? [] : [effect]);
});

it('keeps each step with its time, and the reason with its next step', () => {
  const { cluster } = after(asked, step('installs'), step('starts'), step('starts'), failed);
  expect(cluster).toMatchObject({
    since: 5_000,
    by: 'ada',
    fault: why,
    steps: [
      { text: 'installs', at: 2_000, until: 3_000 },
      { text: 'starts', at: 3_000, until: 5_000 },
    ],
  });
});

it.each<[string, Told[], number, boolean, string?]>([
  ['grows', [...up, scale(4)], 4, true],
  ['the size it has, of which a worker may have died', [...up, scale(2)], 2, true],
  ['one after the other', [...up, scale(4), scale(1)], 4, true],
  ['done', [...up, scale(4), { type: 'ClusterScaled' }], 4, false],
  ['refused', [...up, scale(4), { type: 'ScaleFailed', fault: why, workers: 3 }], 3, false, why.fault],
  ['shrinks while little runs', [...up, seen(2, 9), scale(1)], 1, true],
  ['shrinks while nobody knows what runs: asks', [...up, scale(1)], 2, false],
  ['shrinks below what runs: asks', [...up, seen(3), scale(1)], 2, false],
  ['shrinks below what runs, all the same', [...up, seen(3), scale(1), scale(1, true)], 1, true],
  ['not ready', [asked, scale(4)], 2, false],
])('scale: %s', (_, told, workers, scaling, code) => {
  const { cluster } = after(...told);
  expect([cluster.size?.workers, cluster.scaling, cluster.fault?.fault]).toEqual([workers, scaling, code]);
});

it('that a size was refused is told for a minute, and no longer once it is seen to be well', () => {
  const refused: Told[] = [...up, scale(4), { type: 'ScaleFailed', fault: why, workers: 2 }];
  const seenAfter = (seconds: number) => after(...refused, [5 / 60 + seconds / 60, seen(0)] as const).cluster.fault;
  expect([seenAfter(2), seenAfter(55), seenAfter(61)]).toEqual([why, why, null]);
  expect(after(...refused, scale(3), [10, seen(0)] as const).cluster).toMatchObject({ fault: null, scaling: true });
});

it('one that others run is not scaled', () => {
  expect(after(attached, ready, scale(4)).effects).toEqual([]);
});

const at = (minutes: number, told: Told) => [minutes, told] as const;

it.each<[string, (Told | readonly [number, Told])[], Cluster['state'], number | null]>([
  ['nothing before its time', [...up, at(20, seen(0)), at(20, tick)], 'ready', null],
  ['announced five minutes before', [...up, at(26, seen(0)), at(26, tick)], 'ready', 31],
  ['stopped when it is over', [...up, at(26, seen(0)), at(26, tick), at(31, seen(0)), at(31, tick)], 'stopping', null],
  ['kept', [...up, at(26, seen(0)), at(26, tick), at(30, keep), at(31, seen(0)), at(31, tick)], 'ready', null],
  ['work takes it back', [...up, at(26, seen(0)), at(26, tick), at(30, seen(1)), at(31, tick)], 'ready', null],
  ['waiting work does, too', [...up, at(26, seen(0)), at(26, tick), at(31, seen(0, 1)), at(31, tick)], 'ready', null],
  ['what runs is not known', [...up, at(26, seen(0)), at(26, tick), at(31, tick)], 'ready', null],
  [
    'not looked at since its end',
    [...up, at(26, seen(0)), at(26, tick), at(30.9, seen(0)), at(31.1, tick)],
    'ready',
    31,
  ],
  ['never seen at all', [...up, at(600, tick)], 'ready', null],
  ['it grows', [...up, at(40, seen(0)), scale(4), at(41, tick)], 'ready', null],
  ['no policy', [...up, { type: 'IdlePolicySet', minutes: null }, at(600, seen(0)), at(600, tick)], 'ready', null],
  ['one that others run', [attached, ready, at(600, seen(0)), at(600, tick)], 'ready', null],
])('idle: %s', (_, told, state, end) => {
  const { cluster, effects } = after(...told);
  expect([cluster.state, cluster.idle.end]).toEqual([state, end === null ? null : end * minute]);
  expect(effects.map(({ type }) => type)).toEqual(state === 'stopping' ? ['Stop'] : []);
});

it('an end that was announced before our restart is announced anew', () => {
  const announced = [...up, at(26, seen(0)), at(26, tick)];
  expect(after(...announced, at(40, restarted), ready, seen(0), tick).cluster.idle.end).toBeNull();
});
