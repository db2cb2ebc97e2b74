import { beforeEach, expect, it } from 'vitest';
import { fault } from '#lib/core/fault.ts';
import { cellId, principalId, runId, type CellId } from '#lib/core/ids.ts';
import type { Output } from '#lib/core/notebook/output.ts';
import { emptyCellState, emptyRunState, type NotebookRunState, type Run } from '#lib/core/session/state.ts';
import { isWithheld, withholdOutputs } from '#lib/core/session/withhold.ts';
import { SeenOutputs, type SeenParts } from './seen-outputs.ts';

type Reply = Awaited<ReturnType<SeenParts['read']>>;
const at = (seq: number) => ({ generation: 1, seq });
const text = (length: number): Output[] => [{ output_type: 'stream', name: 'stdout', text: 'x'.repeat(length) }];
const ids = Array.from({ length: 100 }, (_, index) => cellId(`c${index}`));
const truth = new Map<CellId, Output[]>();

let state: NotebookRunState;
let seq: number;
let asked: CellId[][];
let answers: ((reply: Reply) => void)[];
let timers: { ms: number; run: () => void }[];
let outputs: SeenOutputs;

beforeEach(() => {
  seq = 5;
  asked = [];
  answers = [];
  timers = [];
  for (const id of ids) truth.set(id, text(200_000));
  const cells = ids.map((id) => [id, { ...emptyCellState, outputs: withholdOutputs(truth.get(id) ?? []) }] as const);
  state = { ...emptyRunState, cells: new Map(cells) };
  outputs = new SeenOutputs({
    state: () => state,
    cursor: () => at(seq),
    read: (wanted) => {
      asked.push(wanted);
      return new Promise((resolve) => answers.push(resolve));
    },
    replace: (next) => (state = next),
    after: (ms, then) => {
      const timer = { ms, run: then };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), 1);
    },
    mounted: () => ids.slice(0, 2),
  });
});

const settle = () => new Promise((resolve) => setImmediate(resolve));
const answer = async (reply: Reply = whole(asked.at(-1) ?? [])) => {
  answers.shift()?.(reply);
  await settle();
};
const whole = (wanted: CellId[], seqAt = seq): Reply => ({
  at: at(seqAt),
  cells: wanted.map((id) => ({ cellId: id, outputs: truth.get(id) ?? [] })),
});
const wait = async (ms: number) => {
  for (const timer of timers.filter((one) => one.ms === ms)) {
    timers.splice(timers.indexOf(timer), 1);
    timer.run();
  }
  await settle();
};
const held = () => ids.filter((id) => !isWithheld(state.cells.get(id)?.outputs ?? []));

it('asks for what is seen, nearest first, and then for what is seen by then', async () => {
  outputs.seen([ids[5]!, ids[4]!]);
  expect(asked).toEqual([[ids[5], ids[4]]]);
  outputs.seen([ids[50]!]);
  outputs.seen([ids[80]!, ids[81]!]);
  expect(asked).toHaveLength(1);
  await answer();
  expect(held()).toEqual([ids[4], ids[5]]);
  expect(asked[1]).toEqual([ids[80], ids[81]]);
  await answer();
  outputs.seen([ids[80]!, ids[5]!]);
  expect(asked).toHaveLength(2);
});

it('asks again for what an answer left out', async () => {
  outputs.seen(ids.slice(0, 3));
  await answer(whole(ids.slice(0, 1)));
  expect(asked[1]).toEqual(ids.slice(1, 3));
});

it('drops an answer of another place in the log, and asks again', async () => {
  outputs.seen([ids[0]!]);
  await answer(whole([ids[0]!], seq + 3));
  expect(held()).toEqual([]);
  seq += 3;
  await wait(50);
  await answer();
  expect(held()).toEqual([ids[0]]);
});

it('waits after a fault', async () => {
  outputs.seen([ids[0]!]);
  await answer(fault('server.stopping', 'no'));
  outputs.seen([ids[0]!]);
  expect(asked).toHaveLength(1);
  await wait(1_000);
  expect(asked).toHaveLength(2);
});

it('takes what is mounted for what is seen as long as nobody says', async () => {
  outputs.mounted();
  await wait(0);
  expect(asked).toEqual([ids.slice(0, 2)]);
});

it('forgets an answer that was under way when the log was followed anew', async () => {
  outputs.seen([ids[0]!]);
  outputs.reset();
  outputs.look();
  await answer();
  expect(held()).toEqual([]);
  await answer();
  expect(held()).toEqual([ids[0]]);
});

it('gives back what was not seen for longest, never what is seen now or runs', async () => {
  for (const id of ids) {
    outputs.seen([id]);
    await answer(whole([id]));
  }
  expect(held()).toHaveLength(100);
  const running: Run = {
    id: runId('r'),
    cellId: ids[0]!,
    sessionId: 's' as Run['sessionId'],
    by: principalId('p'),
    state: 'running',
    source: null,
    msgId: 'm',
    queuedAt: 1,
    startedAt: 1,
    finishedAt: null,
    outcome: null,
    reason: null,
    input: null,
    progress: null,
  };
  state = { ...state, cells: new Map(state.cells).set(ids[0]!, { ...state.cells.get(ids[0]!)!, run: running }) };
  outputs.seen([ids[1]!]);
  await wait(1_000);
  const kept = held();
  // 5 million units of 200,000 each.
  expect(kept.length).toBe(25);
  expect(kept.slice(0, 2)).toEqual(ids.slice(0, 2));
  expect(kept.slice(2)).toEqual(ids.slice(100 - 23));
});
