import { expect, it } from 'vitest';
import { reduceCluster } from '#lib/core/cluster/reduce.ts';
import type { Cluster } from '#lib/core/cluster/state.ts';
import { clusterId, principalId } from '#lib/core/ids.ts';
import { askedEvery, type Interest, listedEveryMs, neededEveryMs, Pace, watchedEveryMs } from './pace.ts';

const base = { id: clusterId('c'), kind: 'dask', label: 'c', at: 0, by: principalId('ada') };
const size = { workers: 1, threads: 1, memoryBytes: 1e9 };
const begun = {
  launched: reduceCluster(null, { type: 'ClusterRequested', ...base, size, idleMinutes: 30 }).cluster,
  attached: reduceCluster(null, { type: 'ClusterAttached', ...base }).cluster,
};
const cluster = (origin: Cluster['origin'], change: Partial<Cluster> = {}): Cluster => {
  const one = begun[origin];
  if (one === null) throw new Error('no cluster');
  return { ...one, state: 'ready', ...change };
};
const nobody: Interest = { watched: false, listed: false, bound: false };
const kept = { minutes: null, usedAt: 0, end: null };

it.each<[string, Cluster, Partial<Interest>, number | null]>([
  ['one that is looked at', cluster('attached'), { watched: true }, watchedEveryMs],
  ['one that kernels work with', cluster('attached'), { bound: true }, neededEveryMs],
  ['one that others run and nobody wants', cluster('attached'), nobody, null],
  ['one that others run, in a list that is open', cluster('attached'), { listed: true }, listedEveryMs],
  ['one that is to be stopped for want of use', cluster('launched'), nobody, neededEveryMs],
  ['one that is kept whatever happens', cluster('launched', { idle: kept }), nobody, null],
  [
    'one that cannot be reached and is looked at',
    cluster('attached', { state: 'unreachable' }),
    { watched: true, bound: true },
    watchedEveryMs,
  ],
  ['one that starts', cluster('launched', { state: 'provisioning' }), { watched: true, bound: true }, null],
  ['one that has failed', cluster('launched', { state: 'failed' }), { watched: true, bound: true }, null],
])('%s', (_, one, interest, every) => expect(askedEvery(one, { ...nobody, ...interest })).toBe(every));

/** Seconds at which it was asked, when time passes second by second. */
async function askedAt(seconds: number, answers: (at: number) => boolean, pace = new Pace()): Promise<number[]> {
  const asked: number[] = [];
  for (let at = 0; at <= seconds; at += 1) {
    await pace.turn(1_000, at * 1_000, async () => {
      asked.push(at);
      return answers(at);
    });
  }
  return asked;
}

it('asks once a second while there are answers', async () => {
  expect(await askedAt(4, () => true)).toEqual([0, 1, 2, 3, 4]);
});

it('asks half as often after each silence, at least once a minute, and as before when there is an answer', async () => {
  expect(await askedAt(125, () => false)).toEqual([0, 2, 6, 14, 30, 62, 122]);
  expect(await askedAt(17, (at) => at >= 14)).toEqual([0, 2, 6, 14, 15, 16, 17]);
});

it('asks as usual when it was heard of elsewhere', async () => {
  const pace = new Pace();
  const asked: number[] = [];
  const ask = (at: number) => pace.turn(1_000, at, async () => (asked.push(at), false));
  await ask(0);
  await ask(1_000);
  pace.answered();
  await ask(1_000);
  expect(asked).toEqual([0, 1_000]);
});

it('asks nothing while it waits for an answer; whoever comes meanwhile waits for it as well', async () => {
  const pace = new Pace();
  const answer = Promise.withResolvers<boolean>();
  let asked = 0;
  const turn = (now: number) => pace.turn(1_000, now, () => ((asked += 1), answer.promise));
  const both = Promise.all([turn(0), turn(5_000)]);
  expect(asked).toBe(1);
  answer.resolve(true);
  await both;
  expect(asked).toBe(1);
});
