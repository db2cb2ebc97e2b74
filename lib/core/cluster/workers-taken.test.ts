import { describe, expect, it } from 'vitest';
import type { ClusterPicture, WorkerPicture } from './picture.ts';
import { lacksFigures, type WorkersTaken, withTaken } from './workers-taken.ts';

const worker = (name: string, told: Partial<WorkerPicture> = {}): WorkerPicture => ({
  id: `id of ${name}`,
  name,
  host: 'here',
  threads: 2,
  running: 1,
  cpu: null,
  memory: null,
  spilled: null,
  disk: null,
  network: null,
  heardAt: null,
  ...told,
});
const picture = (...workers: WorkerPicture[]): ClusterPicture => ({
  version: null,
  tasks: { running: 0, queued: 0, waiting: 0, done: 0, failed: 0 },
  clients: null,
  wantedWorkers: null,
  workers,
});
const taken = (at: number, ...told: [string, number, number][]): WorkersTaken => ({
  at,
  workers: new Map(told.map(([name, memory, cpuMs]) => [name, { memory, cpuMs }])),
});
const figures = ({ workers }: ClusterPicture) => workers.map(({ cpu, memory }) => [cpu, memory]);

describe('what is measured of workers', () => {
  it('stands where the engine tells nothing: memory at once, CPU from the second time on', () => {
    const first = taken(1_000, ['one', 100, 5_000], ['two', 200, 0]);
    const bare = picture(worker('one'), worker('two'));
    expect(figures(withTaken(bare, first, null))).toEqual([
      [null, { used: 100, limit: null }],
      [null, { used: 200, limit: null }],
    ]);
    const second = taken(3_000, ['one', 300, 8_000], ['two', 200, 0]);
    expect(figures(withTaken(bare, second, first))).toEqual([
      [1.5, { used: 300, limit: null }],
      [0, { used: 200, limit: null }],
    ]);
  });

  it('leaves what the engine tells, and workers of which nothing was measured', () => {
    const told = picture(worker('one', { cpu: 0.25, memory: { used: 7, limit: null } }), worker('elsewhere'));
    expect(withTaken(told, taken(2, ['one', 1, 9]), taken(1, ['one', 1, 1]))).toEqual(told);
    expect([
      lacksFigures(told),
      lacksFigures(picture(worker('one', { cpu: 0, memory: { used: 7, limit: 8 } }))),
    ]).toEqual([true, false]);
  });

  it('tells no CPU of a worker that was last measured long ago', () => {
    const [before, now] = [taken(0, ['one', 1, 0]), taken(15_001, ['one', 1, 9_000])];
    expect(figures(withTaken(picture(worker('one')), now, before))).toEqual([[null, { used: 1, limit: null }]]);
  });

  it('tells no CPU of a worker that is new, or of which a process has ended', () => {
    const before = taken(1_000, ['one', 100, 5_000]);
    const now = taken(2_000, ['one', 50, 1_000], ['new', 60, 900]);
    expect(withTaken(picture(worker('one'), worker('new')), now, before).workers.map(({ cpu }) => cpu)).toEqual([
      null,
      null,
    ]);
  });
});
