import { expect, it } from 'vitest';
import { figuresOfSample, nodeFigure } from '#lib/core/resource/sample.ts';
import { listWorkers, loadsOf, mostWorkers } from './most-workers.ts';
import type { ClusterPicture, WorkerPicture } from './picture.ts';

const worker = (id: number): WorkerPicture => ({
  id: `w${id}`,
  name: `worker ${id}`,
  host: 'h',
  threads: 2,
  running: 1,
  cpu: 0.5,
  memory: { used: 10, limit: 20 },
  spilled: null,
  disk: null,
  network: null,
  heardAt: null,
});
const pictureOf = (ids: readonly number[]): ClusterPicture => ({
  version: null,
  tasks: { running: 0, queued: 0, waiting: 0, done: 0, failed: 0 },
  clients: null,
  workers: ids.map(worker),
  wantedWorkers: null,
});
const upTo = (count: number, from = 0): number[] => Array.from({ length: count }, (_, at) => from + at);

it('lists so many workers, and tells of the others what they take together', () => {
  const few = pictureOf(upTo(mostWorkers));
  expect(listWorkers(few, null)).toBe(few);
  const many = listWorkers(pictureOf(upTo(10_000)), null);
  expect(many.workers).toHaveLength(mostWorkers);
  expect(many.others).toEqual({
    count: 9_500,
    threads: 19_000,
    running: 9_500,
    cpu: 4_750,
    memory: { used: 95_000, limit: 190_000 },
  });
  expect(loadsOf(many).reduce((sum, { threads }) => sum + threads, 0)).toBe(20_000);
});

it('who was listed stays, wherever the engine names it', () => {
  const before = listWorkers(pictureOf(upTo(10_000)), null);
  const after = listWorkers(pictureOf(upTo(10_000).toReversed()), before);
  expect(new Set(after.workers.map(({ id }) => id))).toEqual(new Set(before.workers.map(({ id }) => id)));
});

it('what no worker of the others tells is not known of them', () => {
  const silent = pictureOf(upTo(mostWorkers + 2));
  const picture = { ...silent, workers: silent.workers.map((one) => ({ ...one, cpu: null, memory: null })) };
  expect(listWorkers(picture, null).others).toMatchObject({ count: 2, cpu: null, memory: null });
});

it('an hour is kept of the sums of all, and of the listed ones alone each', () => {
  const picture = listWorkers(pictureOf(upTo(1_000)), null);
  const figures = figuresOfSample({ kind: 'cluster', at: 0, picture, notebooks: [], gone: [] });
  expect([figures.get('cpu'), figures.get('memory')]).toEqual([500, 10_000]);
  expect(figures.has(nodeFigure('cpu', 'w499'))).toBe(true);
  expect(figures.has(nodeFigure('cpu', 'w500'))).toBe(false);
});
