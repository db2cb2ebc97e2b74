import { expect, it } from 'vitest';
import type { Progress, SeenProgress } from '#lib/core/session/progress.ts';
import { describeDone, describeWork, doneShare } from './progress-words.ts';

const nothing = { bytesRead: null, shuffleRead: null, shuffleWrite: null, spilled: null };
const seen = (tasks: Progress['tasks'], more: Partial<Progress> = {}): SeenProgress => ({
  report: { engine: 'spark', jobs: 1, tasks, stages: [], stageCount: 0, ...nothing, ...more },
  at: 0,
  samples: [],
});

it.each([
  ['few figures', seen({ done: 0, running: 0, failed: 0, total: 1 }), '0 of 1 task'],
  [
    'all of them',
    seen({ done: 1200, running: 8, failed: 1, total: 4000 }, { bytesRead: 1.2e9, shuffleWrite: 5e6, spilled: 2e6 }),
    '1,200 of 4,000 tasks · 8 running · 1 failed · 1.2 GB read · 5.0 MB shuffled · 2.0 MB spilled',
  ],
  [
    'more tasks than the engine tells of',
    seen({ done: 1200, running: 8, failed: 1, total: 1400 }, { engine: 'ray', atLeast: true }),
    'at least 1,200 tasks done · 8 running · 1 failed',
  ],
  [
    'a pace',
    {
      ...seen({ done: 60, running: 2, failed: 0, total: 100 }),
      samples: [0, 1, 2, 3, 4, 5].map((second) => ({ at: second * 1_000, done: 10 + second * 10, total: 100 })),
    },
    '60 of 100 tasks · 2 running · 10 tasks/s · about 4 s left',
  ],
])('says of work with %s', (_, progress, words) => {
  expect(describeWork(progress).join(' · ')).toBe(words);
});

it.each([
  [seen({ done: 1, running: 0, failed: 0, total: 1 }), 'Spark: 1 task in 4.2 s'],
  [
    seen({ done: 30, running: 0, failed: 2, total: 40 }, { jobs: 3, bytesRead: 2000 }),
    'Spark: 30 tasks in 4.2 s · of 40 · 2 failed · 3 jobs · 2.0 kB read',
  ],
  [
    seen({ done: 1200, running: 0, failed: 2, total: 1400 }, { engine: 'ray', atLeast: true }),
    'Ray: at least 1,200 tasks in 4.2 s · 2 failed',
  ],
])('keeps one line of what is over', (progress, words) => {
  expect(describeDone(progress, 4_200)).toBe(words);
});

it('a share is never more than all', () => {
  expect(doneShare({ done: 9, failed: 3, running: 0, total: 10 })).toBe(1);
  expect(doneShare({ done: 0, failed: 0, running: 0, total: 0 })).toBe(0);
});
