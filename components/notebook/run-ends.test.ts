import { expect, it } from 'vitest';
import { cellId, principalId, runId, sessionId } from '#lib/core/ids.ts';
import { emptyRunState, type NotebookRunState, type Run } from '#lib/core/session/state.ts';
import { longRunNotice } from './long-run-notice.ts';
import { onRunEnd } from './run-ends.ts';

const run = (id: string, more: Partial<Run> = {}): Run => ({
  id: runId(id),
  cellId: cellId(`cell ${id}`),
  sessionId: sessionId('s'),
  by: principalId('p'),
  state: 'running',
  msgId: null,
  source: null,
  queuedAt: 0,
  startedAt: 1_000,
  finishedAt: null,
  outcome: null,
  reason: null,
  input: null,
  progress: null,
  ...more,
});
const done = (id: string, finishedAt: number) => run(id, { state: 'ok', outcome: 'ok', finishedAt });

it('tells the end of runs that were seen open, each once', () => {
  let state: NotebookRunState = emptyRunState;
  let told: () => void = () => undefined;
  const results = { state: () => state, subscribe: (listener: () => void) => ((told = listener), () => undefined) };
  const become = (...runs: Run[]) => {
    state = { ...state, runs: new Map(runs.map((one) => [one.id, one])) };
    told();
  };
  const ended: string[] = [];
  become(done('old', 5));
  onRunEnd(results, ({ id }) => ended.push(id));
  become(done('old', 5), run('a', { state: 'queued', startedAt: null }), run('b'));
  become(done('old', 5), run('a'), done('b', 9));
  become(done('old', 5), run('a'), done('b', 9));
  become(done('a', 9), done('b', 9));
  expect(ended).toEqual(['b', 'a']);
});

it.each<[string, Run, string | null]>([
  ['a short one', done('a', 60_999), null],
  ['a long one', done('a', 81_000), 'Cell 7 finished after 1 min 20 s'],
  ['a long failure', run('a', { state: 'error', finishedAt: 91_000 }), 'Cell 7 failed after 1 min 30 s'],
  ['a lost one', run('a', { state: 'lost', finishedAt: 91_000 }), 'Cell 7: its end is not known, after 1 min 30 s'],
  ['one that was cancelled by hand', run('a', { state: 'cancelled', finishedAt: 91_000 }), null],
  ['one that never started', run('a', { startedAt: null, finishedAt: 91_000 }), null],
])('longRunNotice: %s', (_, ended, words) => {
  expect(longRunNotice(ended, 7)).toBe(words);
});
