import { expect, it } from 'vitest';
import { cellId, gatewayId, kernelId, notebookId, principalId, runId, sessionId } from '#lib/core/ids.ts';
import type { RunOutcome, SessionEvent } from '#lib/core/session/event.ts';
import { rebuildEvents } from '#lib/core/session/rebuild.ts';
import type { Death } from '#lib/core/session/death.ts';
import { reduceSession, replaySession } from '#lib/core/session/reduce.ts';
import { emptyRunState, type NotebookRunState } from '#lib/core/session/state.ts';
import type { LedgerEntry } from './ledger-entry.ts';
import { RunRecorder } from './run-recorder.ts';

const ada = principalId('ada');
const server = principalId('server');
const s1 = sessionId('s1');
const at = (time: number, by = server) => ({ at: time, by });
const session = {
  id: s1,
  gatewayId: gatewayId('g'),
  gatewayLabel: 'far',
  kernelId: kernelId('k'),
  kernelName: 'python3',
  displayName: 'Python 3',
  language: 'python',
  clientId: 'client',
};
const ready: SessionEvent[] = [
  { type: 'SessionBound', ...at(1), session },
  { type: 'KernelStatusChanged', ...at(2), sessionId: s1, status: 'idle' },
];
const asked = (run: string, cell: string, time = 10): SessionEvent => ({
  type: 'RunRequested',
  ...at(time, ada),
  runId: runId(run),
  cellId: cellId(cell),
  sessionId: s1,
});
const started = (run: string, time = 20): SessionEvent => ({
  type: 'RunStarted',
  ...at(time),
  runId: runId(run),
  msgId: `m-${run}`,
  source: `code of ${run}`,
});
const says = (run: string, text: string): SessionEvent => ({
  type: 'StreamArrived',
  ...at(25),
  runId: runId(run),
  name: 'stdout',
  text,
});
const ended = (run: string, outcome: RunOutcome = 'ok', time = 30): SessionEvent => ({
  type: 'RunFinished',
  ...at(time),
  runId: runId(run),
  outcome,
});

/** A recorder, what it wrote last of each run, and its timers. */
function bench() {
  const written: LedgerEntry[] = [];
  const timers: (() => void)[] = [];
  const opened: string[][] = [];
  const recorder = new RunRecorder({
    notebookId: notebookId('n'),
    path: () => 'a.ipynb',
    ledger: {
      write: (entry) => written.push(entry),
      opened: (_id, open) => opened.push([...open]),
      flush: async () => true,
      settled: () => true,
    },
    after: (_ms, then) => {
      timers.push(then);
      return () => void timers.splice(timers.indexOf(then), 1);
    },
  });
  let state: NotebookRunState = emptyRunState;
  const take = (...events: SessionEvent[]) => {
    for (const event of events) {
      const before = state;
      state = reduceSession(state, event).state;
      recorder.take(event, before, state);
    }
  };
  const recover = (events: readonly SessionEvent[]) => {
    const reduce = recorder.replaying(reduceSession);
    for (const event of events) state = reduce(state, event).state;
    recorder.replayed(state);
  };
  const texts = () =>
    written.map(({ id, outputs, outcome, late }) => [
      id,
      outcome,
      outputs.map((one) => (one.output_type === 'stream' ? one.text : '?')).join('|'),
      ...(late ? ['late'] : []),
    ]);
  return { written, timers, opened, recorder, take, recover, texts, state: () => state };
}

it('a run is written when it starts and when it ends, with who, where, when and what', () => {
  const { written, take } = bench();
  take(...ready, asked('r', 'a'));
  expect(written).toEqual([]);
  take(started('r'), { type: 'ExecutionCountSet', ...at(21), runId: runId('r'), executionCount: 7 });
  take(says('r', 'hello\n'), ended('r'));
  expect(written).toHaveLength(2);
  expect(written[0]).toMatchObject({ startedAt: 20, finishedAt: null, source: 'code of r', outputs: [] });
  expect(written[1]).toMatchObject({
    id: 'r',
    cellId: 'a',
    by: 'ada',
    path: 'a.ipynb',
    session: { gatewayLabel: 'far', displayName: 'Python 3' },
    queuedAt: 10,
    startedAt: 20,
    finishedAt: 30,
    outcome: 'ok',
    executionCount: 7,
    source: 'code of r',
    outputs: [{ text: 'hello\n' }],
    late: false,
  });
});

const noted: Death = {
  at: 30,
  cellId: null,
  cancelled: 2,
  restarted: true,
  ran: [],
  idleMinutes: null,
  exit: null,
  memory: [],
};
const stops: [string, SessionEvent, [string, RunOutcome, string][]][] = [
  [
    'an error',
    ended('a', 'error'),
    [
      ['a', 'error', 'out'],
      ['b', 'cancelled', ''],
      ['c', 'cancelled', ''],
    ],
  ],
  [
    'a restart',
    { type: 'KernelStatusChanged', ...at(30), sessionId: s1, status: 'restarting' },
    [
      ['a', 'cancelled', 'out'],
      ['b', 'cancelled', ''],
      ['c', 'cancelled', ''],
    ],
  ],
  [
    'a death',
    { type: 'KernelStatusChanged', ...at(30), sessionId: s1, status: 'dead' },
    [
      ['a', 'lost', 'out'],
      ['b', 'cancelled', ''],
      ['c', 'cancelled', ''],
    ],
  ],
  [
    'a report of a death',
    { type: 'KernelDied', ...at(30), sessionId: s1, death: noted },
    [
      ['a', 'lost', 'out'],
      ['b', 'cancelled', ''],
      ['c', 'cancelled', ''],
    ],
  ],
  [
    'a goodbye',
    { type: 'SessionUnbound', ...at(30), sessionId: s1, reason: 'gone' },
    [
      ['a', 'cancelled', 'out'],
      ['b', 'cancelled', ''],
      ['c', 'cancelled', ''],
    ],
  ],
];
it.each(stops)('%s ends what runs and what waits', (_what, event, expected) => {
  const { written, take, texts } = bench();
  // The last one waits in the cell of the first.
  take(...ready, asked('a', 'x'), asked('b', 'y'), started('a'), asked('c', 'x'), says('a', 'out'));
  written.length = 0;
  take(event);
  expect(texts().toSorted(([a = ''], [b = '']) => (String(a) < String(b) ? -1 : 1))).toEqual(expected);
  expect(written.every(({ finishedAt, session: where }) => finishedAt === 30 && where?.id === s1)).toBe(true);
  expect(written.find(({ id }) => id === runId('b'))?.source).toBeNull();
});

it('runs that were cancelled together are told one by one, and no other', () => {
  const { take, written } = bench();
  take(...ready, asked('a', 'x'), started('a'), asked('b', 'y'), asked('c', 'z'), asked('d', 'w'));
  written.length = 0;
  take({ type: 'RunsCancelled', ...at(30), runIds: ['b', 'c'].map(runId), reason: 'by hand' });
  const ends = { outcome: 'cancelled', reason: 'by hand', finishedAt: 30 };
  expect(written).toMatchObject([
    { id: 'b', ...ends },
    { id: 'c', ...ends },
  ]);
  expect(written).toHaveLength(2);
});

it('a run that was cancelled while it waited has its reason', () => {
  const { written, take } = bench();
  take(...ready, asked('a', 'x'), started('a'), asked('c', 'x'));
  written.length = 0;
  take({ ...ended('c', 'cancelled'), reason: 'by hand' } as SessionEvent);
  expect(written).toMatchObject([{ id: 'c', outcome: 'cancelled', reason: 'by hand', startedAt: null }]);
});

it('what comes after the end is written once, after a while', () => {
  const { timers, take, texts } = bench();
  take(...ready, asked('r', 'a'), started('r'), says('r', 'a'), ended('r'));
  expect(timers).toHaveLength(0);
  take(says('r', 'b'), says('r', 'c'));
  expect(timers).toHaveLength(1);
  take(says('r', 'd'));
  timers[0]?.();
  take(says('r', 'too late'));
  expect(timers).toHaveLength(0);
  expect(texts()).toEqual([
    ['r', null, ''],
    ['r', 'ok', 'a'],
    ['r', 'ok', 'abcd', 'late'],
  ]);
});

const overtakes: [string, SessionEvent[]][] = [
  ['runs again', [asked('next', 'a'), started('next')]],
  ['is cleared', [{ type: 'CellsCleared', ...at(40), cellIds: [cellId('a')] }]],
  [
    'is read anew',
    [{ type: 'CellsLoaded', ...at(40), cells: [{ cellId: cellId('a'), outputs: [], executionCount: 1 }] }],
  ],
];
it.each(overtakes)('late outputs are not lost when the cell %s', (_what, events) => {
  const { timers, take, texts } = bench();
  take(...ready, asked('r', 'a'), started('r'), ended('r'), says('r', 'late'), ...events);
  expect(
    texts()
      .filter(([id]) => id === 'r')
      .at(-1),
  ).toEqual(['r', 'ok', 'late', 'late']);
  expect(timers).toHaveLength(0);
});

it('nor when the notebook is closed', async () => {
  const { timers, take, texts, recorder } = bench();
  take(...ready, asked('r', 'a'), started('r'), ended('r'), says('r', 'late'));
  await recorder.stop();
  expect(texts().at(-1)).toEqual(['r', 'ok', 'late', 'late']);
  expect(timers).toHaveLength(0);
});

const history: SessionEvent[] = [
  ...ready,
  asked('r1', 'a'),
  started('r1'),
  says('r1', 'one'),
  ended('r1'),
  asked('r2', 'a'),
  started('r2'),
  says('r2', 'two'),
  ended('r2', 'error'),
  says('r2', ' and late'),
  asked('r3', 'b'),
  started('r3'),
  says('r3', 'runs'),
];

it('a journal tells of every run in it, once, and of those that go on', () => {
  const { recover, texts, written, opened, take } = bench();
  recover(history);
  expect(texts()).toEqual([
    ['r1', 'ok', 'one'],
    ['r2', 'error', 'two and late', 'late'],
    ['r3', null, ''],
  ]);
  expect(written.every(({ recovered }) => recovered)).toBe(true);
  expect(opened).toEqual([['r3']]);
  take(ended('r3'));
  expect(texts().at(-1)).toEqual(['r3', 'ok', 'runs']);
});

it('a journal that is a snapshot tells of the runs that are in it, with their outputs', () => {
  const { recover, texts, written } = bench();
  recover(rebuildEvents(replaySession(emptyRunState, history), server, 50));
  expect(texts()).toEqual([
    ['r2', 'error', 'two and late'],
    ['r3', null, ''],
  ]);
  expect(written.map(({ source }) => source)).toEqual(['code of r2', 'code of r3']);
});
