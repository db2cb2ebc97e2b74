import { describe, expect, it } from 'vitest';
import type { SessionEvent } from './event.ts';
import { runId } from '#lib/core/ids.ts';
import { type Progress, progressSchema, seeProgress, type SeenProgress, taskRate, timeLeft } from './progress.ts';
import { rebuildEvents } from './rebuild.ts';
import { replaySession } from './reduce.ts';
import { after, asked, cell, ended, ready, stamp, started } from './sample-events.ts';
import { emptyRunState } from './state.ts';

const report = (done: number, total = 100, failed = 0): Progress => ({
  engine: 'dask',
  jobs: 1,
  tasks: { done, running: 2, failed, total },
  stages: [{ name: 'inc', done, running: 2, failed, total }],
  stageCount: 1,
  bytesRead: null,
  shuffleRead: null,
  shuffleWrite: null,
  spilled: null,
});

/** What was seen of work that was so far at these seconds. */
const seen = (...steps: readonly (readonly [second: number, done: number, total?: number])[]): SeenProgress => {
  let present: SeenProgress | null = null;
  for (const [second, done, total] of steps) present = seeProgress(present, report(done, total), second * 1_000);
  if (present === null) throw new Error('no steps');
  return present;
};
const steady = (seconds: number, perSecond: number) =>
  seen(...Array.from({ length: seconds + 1 }, (_, second) => [second, second * perSecond] as const));

describe('the time that is left', () => {
  it('is told from a steady pace', () => {
    expect(timeLeft(steady(10, 5))).toBe(10_000);
    expect(taskRate(steady(10, 5))).toBe(5);
  });

  it.each<[string, SeenProgress]>([
    ['too little was seen', steady(3, 5)],
    ['nothing is done', steady(10, 0)],
    ['the work has grown', seen([0, 0], [1, 5], [2, 10], [3, 15], [4, 20, 200], [5, 25, 200], [6, 30, 200])],
    ['it comes to a stop', seen([0, 0], [1, 10], [2, 20], [3, 30], [4, 40], [5, 40], [6, 40], [7, 40], [8, 40])],
    ['it began in a burst', seen([0, 0], [1, 40], [2, 60], [3, 70], [4, 72], [5, 74], [6, 76])],
    ['all is done', steady(20, 5)],
  ])('is not told when %s', (_, progress) => {
    expect(timeLeft(progress)).toBeNull();
  });

  it('is not told, nor the pace, of work of which there is more than the engine tells', () => {
    const progress = steady(10, 5);
    const some = { ...progress, report: { ...progress.report, atLeast: true } };
    expect([timeLeft(some), taskRate(some)]).toEqual([null, null]);
  });

  it('forgets what was long ago', () => {
    const slow = Array.from({ length: 60 }, (_, second) => [second, second / 10, 1_000] as const);
    const quick = Array.from({ length: 40 }, (_, second) => [60 + second, 6 + second * 10, 1_000] as const);
    expect(taskRate(seen(...slow, ...quick))).toBeCloseTo(10, 0);
  });
});

describe('the progress of a run', () => {
  const told = (run: string, done: number): SessionEvent => ({
    type: 'ProgressArrived',
    ...stamp,
    runId: runId(run),
    progress: report(done),
  });
  const done = (...events: SessionEvent[]) =>
    cell(after(...ready, ...events), 'a')?.run?.progress?.report.tasks.done ?? null;

  it.each<[string, SessionEvent[], number | null]>([
    ['the last word counts', [asked('r1', 'a'), started('r1'), told('r1', 1), told('r1', 2)], 2],
    ['also after its end', [asked('r1', 'a'), started('r1'), told('r1', 1), ended('r1'), told('r1', 3)], 3],
    ['stays with a finished run', [asked('r1', 'a'), started('r1'), told('r1', 4), ended('r1')], 4],
    ['a run that waits has none', [asked('r1', 'a'), told('r1', 1)], null],
    [
      'goes when the cell runs anew',
      [asked('r1', 'a'), started('r1'), told('r1', 4), ended('r1'), asked('r2', 'a'), started('r2')],
      null,
    ],
    [
      'an earlier run of the cell says nothing',
      [asked('r1', 'a'), started('r1'), ended('r1'), asked('r2', 'a'), started('r2'), told('r1', 9)],
      null,
    ],
    ['of no run that is known', [told('r9', 1)], null],
    [
      'goes with the outputs',
      [
        asked('r1', 'a'),
        started('r1'),
        told('r1', 4),
        ended('r1'),
        {
          type: 'CellsCleared',
          ...stamp,
          cellIds: [asked('r1', 'a')].flatMap((one) => ('cellId' in one ? [one.cellId] : [])),
        } as SessionEvent,
      ],
      null,
    ],
  ])('%s', (_, events, expected) => {
    expect(done(...events)).toBe(expected);
  });

  it('is in a log that was rebuilt', () => {
    const state = after(...ready, asked('r1', 'a'), started('r1'), told('r1', 5), ended('r1'));
    const again = replaySession(emptyRunState, rebuildEvents(state, stamp.by, 9));
    expect(cell(again, 'a')?.run?.progress?.report).toEqual(report(5));
  });
});

it('is bounded, whatever a kernel says', () => {
  const good = report(1);
  expect(progressSchema.safeParse(good).success).toBe(true);
  const [stage] = good.stages;
  for (const bad of [
    { ...good, engine: 'other' },
    { ...good, tasks: { ...good.tasks, done: -1 } },
    { ...good, tasks: { ...good.tasks, total: 1e300 } },
    { ...good, stages: Array.from({ length: 33 }, () => stage) },
    { ...good, stages: [{ ...stage, name: 'x'.repeat(200) }] },
    { ...good, bytesRead: Number.NaN },
  ])
    expect(progressSchema.safeParse(bad).success).toBe(false);
});
