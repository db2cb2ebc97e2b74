import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { defaultSettings } from '#lib/core/settings.ts';
import { SettingsStore } from '#server/settings/settings.ts';
import { entry, LedgerBench } from '#server/testing/ledger-bench.ts';
import { HistoryRetention } from './history-retention.ts';
import { ledgerEffects } from './ledger.ts';
import { retainRuns } from './retention.ts';

let bench: LedgerBench;
beforeEach(async () => {
  bench = await LedgerBench.open();
});
afterEach(() => bench.close());

const day = 86_400_000;
const now = 100 * day;
const left = async () => (await bench.list()).runs.map(({ id }) => id as string).toSorted();
const open = { finishedAt: null, outcome: null };

it('forgets by age what ended too long ago, in more than one step; an open run stays', async () => {
  for (let at = 0; at < 1_203; at += 1)
    bench.ledger.write(entry(`old${at}`, { finishedAt: now - 31 * day, outputs: [] }));
  bench.ledger.write(entry('open', { ...open, queuedAt: 1 }));
  bench.ledger.write(entry('young', { finishedAt: now - 29 * day }));
  await bench.ledger.flush();
  expect(await retainRuns(bench, { days: 30, megabytes: null }, now)).toBe(1_203);
  expect(await left()).toEqual(['open', 'young']);
  expect(await retainRuns(bench, { days: null, megabytes: null }, now + 1_000 * day)).toBe(0);
});

it('forgets by size the oldest ends first, and their blobs go with the next sweep', async () => {
  const large = (id: string) => [{ output_type: 'stream' as const, name: 'stdout', text: id.repeat(400_000) }];
  for (const [at, id] of ['a', 'b', 'c', 'd'].entries())
    bench.ledger.write(entry(id, { finishedAt: now + at, outputs: large(id) }));
  bench.ledger.write(entry('open', { ...open, source: 'o'.repeat(400_000) }));
  await bench.ledger.flush();
  const before = await bench.ledger.liveBlobs();
  expect(before.size).toBe(5);
  expect(await retainRuns(bench, { days: null, megabytes: 1 }, now)).toBe(3);
  expect(await left()).toEqual(['d', 'open']);
  const live = await bench.ledger.liveBlobs();
  expect((await bench.blobs.sweep(live, -1_000)).removed).toBe(3);
  expect([...before].filter((hash) => bench.blobs.has(hash)).toSorted()).toEqual([...live].toSorted());
});

it('is done at the start, when the settings change and daily', async () => {
  const settings = new SettingsStore(bench.db, bench.workspaceId);
  await settings.run();
  expect(settings.get()).toEqual(defaultSettings);
  const timers: (() => void)[] = [];
  let at = now;
  let swept = 0;
  const effects = {
    ...ledgerEffects,
    now: () => at,
    after: (ms: number, then: () => void) => {
      expect(ms).toBe(day);
      timers.push(then);
      return () => void timers.splice(timers.indexOf(then), 1);
    },
  };
  const { db, workspaceId, ledger } = bench;
  const onForgotten = async () => (swept += 1);
  const retention = new HistoryRetention({ db, workspaceId, ledger, settings, onForgotten }, effects);
  bench.ledger.write(entry('a', { finishedAt: now - 91 * day }));
  bench.ledger.write(entry('b', { finishedAt: now - 80 * day }));
  bench.ledger.write(entry('c', { finishedAt: now - 2 * day }));
  await bench.ledger.flush();
  retention.run();
  await retention.enforce();
  expect(await left()).toEqual(['b', 'c']);
  await settings.change({ history: { days: 30, megabytes: null } });
  await retention.enforce();
  expect(await left()).toEqual(['c']);
  expect(swept).toBe(2);
  at += 40 * day;
  expect(timers).toHaveLength(1);
  timers[0]?.();
  await vi.waitFor(async () => expect(await left()).toEqual([]));
  await retention.stop();
});

it('settings are there after a restart; a damaged section counts as never set', async () => {
  const one = new SettingsStore(bench.db, bench.workspaceId);
  await one.run();
  await one.change({ history: { days: 7, megabytes: 12 } });
  const two = new SettingsStore(bench.db, bench.workspaceId);
  await two.run();
  expect(two.get()).toEqual({ ...defaultSettings, history: { days: 7, megabytes: 12 } });
  await bench.db.updateTable('settings').set({ value: '{"days":-1' }).execute();
  const three = new SettingsStore(bench.db, bench.workspaceId);
  await three.run();
  expect(three.get()).toEqual(defaultSettings);
});
