import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isFault } from '#lib/core/fault.ts';
import { cellId, principalId, runId, sessionId } from '#lib/core/ids.ts';
import type { JsonValue } from '#lib/core/json.ts';
import type { DisplayOutput, Output } from '#lib/core/notebook/output.ts';
import type { SessionEvent } from '#lib/core/session/event.ts';
import { rebuildEvents } from '#lib/core/session/rebuild.ts';
import { reduceSession, replaySession } from '#lib/core/session/reduce.ts';
import { emptyRunState, type NotebookRunState } from '#lib/core/session/state.ts';
import { hasStoredValues, returnValues } from '#lib/core/session/stored-values.ts';
import { weighOutput } from '#lib/core/session/withhold.ts';
import { blobEffects, BlobStore } from '#server/storage/blob-store.ts';
import { Journal } from './journal.ts';
import { OutputStore } from './output-store.ts';
import { readValueNow } from './read-values.ts';
import { recoverSession } from './recover-session.ts';
import { ValueStore } from './value-store.ts';

const base = { at: 1, by: principalId('p') };
const run = { ...base, runId: runId('r') };
const cell = cellId('a');
const begun: SessionEvent[] = [
  { ...run, type: 'RunRequested', cellId: cell, sessionId: sessionId('s') },
  { ...run, type: 'RunStarted', msgId: 'm' },
];
const finished: SessionEvent = { ...run, type: 'RunFinished', outcome: 'ok' };
const shown = (data: DisplayOutput['data'], display?: string): SessionEvent => ({
  ...run,
  type: 'OutputArrived',
  output: {
    output_type: 'display_data',
    data,
    metadata: {},
    ...(display === undefined ? {} : { display_id: display }),
  },
});
const updated = (data: DisplayOutput['data']): SessionEvent => ({
  ...base,
  type: 'DisplayUpdated',
  displayId: 'd',
  data,
  metadata: {},
});
/** Small enough that words fill them. */
const sizes = { value: 100, cell: 800, small: 20, notebook: 4_000, least: 10, tiny: 5, turn: 4 };

let folder: string;
let blobs: BlobStore;
let reports: string[];
const open = (its: typeof sizes | undefined = sizes, effects = blobEffects) => {
  blobs = new BlobStore(path.join(folder, 'blobs'), effects);
  return new ValueStore(blobs, (problem) => void reports.push(problem), its);
};
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'farfield-values-'));
  reports = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Store = Pick<ValueStore, 'before' | 'after'>;

/** As the session host takes events. Gives all of them. */
function take(values: Store, events: readonly SessionEvent[], from = emptyRunState) {
  let state = from;
  const log: SessionEvent[] = [];
  const one = (event: SessionEvent): void => {
    for (const stored of values.before(state, event)) one(stored);
    state = reduceSession(state, event).state;
    log.push(event);
    for (const stored of values.after(state, event)) one(stored);
  };
  for (const event of events) one(event);
  return { state, log };
}

const outputsOf = (state: NotebookRunState): readonly Output[] => state.cells.get(cell)?.outputs ?? [];
const storedOf = (state: NotebookRunState) =>
  outputsOf(state).map((output) => (hasStoredValues(output) ? Object.keys(output.stored) : []));
const weightOf = (state: NotebookRunState) => outputsOf(state).reduce((sum, output) => sum + weighOutput(output), 0);
/** Outputs with what lies in the store. */
const wholeOf = (state: NotebookRunState): readonly Output[] =>
  outputsOf(state).map((output) => {
    if (!hasStoredValues(output)) return output;
    const values = new Map<string, JsonValue>();
    for (const [mime, value] of Object.entries(output.stored)) {
      const read = readValueNow(value, blobs);
      if (!isFault(read)) values.set(mime, read.value);
    }
    return returnValues(output, values);
  });
const blobPath = (hash: string) => path.join(folder, 'blobs', hash.slice(0, 2), hash.slice(2));
const hashesIn = (log: readonly SessionEvent[]) =>
  log.flatMap((event) => (event.type === 'ValueStored' ? [event.hash] : []));
const bundles: DisplayOutput['data'][] = [
  { 'text/plain': 'x', 'text/html': '<p>'.repeat(50) },
  { 'application/json': { rows: Array.from({ length: 40 }, (_, n) => [n, 'é😀\ud800"\\']) } },
  { 'image/svg+xml': `<svg width="30" height="20">${'y'.repeat(100)}</svg>`, 'image/png': 'A'.repeat(101) },
];

describe('large values', () => {
  it('are in the store once their run is over, before its end is told, and come back exactly', () => {
    const { state, log } = take(open(), [...begun, ...bundles.map((data) => shown(data)), finished]);
    expect(storedOf(state)).toEqual([['text/html'], ['application/json'], ['image/svg+xml', 'image/png']]);
    expect(log.at(-1)).toBe(finished);
    expect(wholeOf(state)).toEqual(bundles.map((data) => ({ output_type: 'display_data', data, metadata: {} })));
    expect(log.find((event) => event.type === 'ValueStored' && event.mime === 'image/svg+xml')).toMatchObject({
      width: 30,
      height: 20,
    });
  });

  it('that come after the end of their run wait for the next one, and for a snapshot', () => {
    const values = open();
    const { state } = take(values, [...begun, finished, shown({ a: 'x'.repeat(500) })]);
    expect(storedOf(state)).toEqual([[]]);
    expect(values.settle(state, base)).toMatchObject([{ type: 'ValueStored', mime: 'a' }]);
    expect(values.settle(state, base)).toEqual([]);
  });

  it('of a picture that moves in another session stay in memory when a run ends', () => {
    const other = { ...base, runId: runId('o') };
    const events: SessionEvent[] = [
      ...begun,
      shown({ a: 'x'.repeat(500) }),
      { ...other, type: 'RunRequested', cellId: cellId('b'), sessionId: sessionId('s 2') },
      { ...other, type: 'RunStarted', msgId: 'm 2' },
      {
        ...other,
        type: 'OutputArrived',
        output: { output_type: 'display_data', data: { b: 'y'.repeat(200) }, metadata: {} },
      },
      { ...other, type: 'RunFinished', outcome: 'ok' },
    ];
    const values = open();
    const { state, log } = take(values, events);
    expect(log.flatMap((event) => (event.type === 'ValueStored' ? [event.mime] : []))).toEqual(['b']);
    // Nor does a snapshot store it, or the end of the other session.
    expect(values.settle(state, base)).toEqual([]);
    const unbound: SessionEvent = { ...base, type: 'SessionUnbound', sessionId: sessionId('s 2'), reason: 'x' };
    expect(values.before(state, unbound)).toEqual([]);
    expect(values.before(state, finished)).toMatchObject([{ type: 'ValueStored', mime: 'a' }]);
  });

  it('leave a running cell as soon as it has too much of them, smaller ones too', () => {
    const many = Array.from({ length: 100 }, (_, n) => shown({ a: `${n} `.repeat(30) }));
    const { state } = take(open(), [...begun, ...many]);
    expect(weightOf(state)).toBeLessThan(100 * 200 + 2 * sizes.cell);
    expect(storedOf(state).filter((mimes) => mimes.length === 1).length).toBeGreaterThan(80);
    expect(wholeOf(state)).toEqual(many.map((event) => event.type === 'OutputArrived' && event.output));
  });

  it('of a picture that moves stay in memory: the store gets the last one', () => {
    const frames = Array.from({ length: 200 }, (_, n) => updated({ a: `frame ${n} `.repeat(20) }));
    const film = take(open(), [...begun, shown({ a: 'x' }, 'd'), ...frames, finished]);
    expect(hashesIn(film.log)).toHaveLength(1);
    expect(wholeOf(film.state)).toMatchObject([{ data: { a: 'frame 199 '.repeat(20) } }]);
    const cleared = Array.from({ length: 200 }, (_, n): SessionEvent[] => [
      { ...run, type: 'OutputsCleared', wait: true },
      shown({ a: `frame ${n} `.repeat(20) }),
    ]).flat();
    expect(hashesIn(take(open(), [...begun, ...cleared, finished]).log)).toHaveLength(1);
  });

  it('of many cells are too much together: then even small ones go, some at a time', () => {
    const values = open({ ...sizes, small: 200 });
    const cells = Array.from({ length: 200 }, (_, n): SessionEvent[] => {
      const own = { ...base, runId: runId(`r${n}`) };
      const output: Output = { output_type: 'display_data', data: { a: `${n} `.repeat(20) }, metadata: {} };
      return [
        { ...own, type: 'RunRequested', cellId: cellId(`c${n}`), sessionId: sessionId('s') },
        { ...own, type: 'RunStarted', msgId: 'm' },
        { ...own, type: 'OutputArrived', output },
        { ...own, type: 'RunFinished', outcome: 'ok' },
      ];
    });
    const { state, log } = take(values, cells.flat());
    const inline = [...state.cells.values()].filter(({ outputs }) => !outputs.some(hasStoredValues));
    expect(inline.length).toBeLessThanOrEqual((2 * sizes.notebook) / 60);
    let together = 0;
    for (const event of log) {
      together = event.type === 'ValueStored' ? together + 1 : 0;
      expect(together).toBeLessThanOrEqual(sizes.turn);
    }
  });

  it('that are small leave as well when there are very many, and come back exactly', () => {
    const many = Array.from({ length: 1_000 }, (_, n) => shown({ a: `${n}`.padStart(9, '.') }));
    const { state } = take(open(), [...begun, ...many]);
    const inline = outputsOf(state).filter((output) => !hasStoredValues(output));
    expect(inline.length * 9).toBeLessThan(3 * sizes.cell);
    expect(wholeOf(state)).toEqual(many.map((event) => event.type === 'OutputArrived' && event.output));
  });

  it('are weighed with what is said of them', () => {
    const many = Array.from({ length: 100 }, (_, n): SessionEvent => {
      const output: Output = {
        output_type: 'display_data',
        data: { a: `${n}`.padStart(9, '.') },
        metadata: { b: 'x'.repeat(50) },
      };
      return { ...run, type: 'OutputArrived', output };
    });
    const { state } = take(open(), [...begun, ...many]);
    expect(storedOf(state).filter((mimes) => mimes.length > 0).length).toBeGreaterThan(50);
  });

  it('that were replaced before they left are not stored, nor what is in their place', () => {
    const still = Array.from({ length: 10 }, (_, n) => shown({ a: `${n}`.repeat(70) }));
    const quiet = Array.from({ length: 20 }, (): SessionEvent => ({
      ...run,
      type: 'StreamArrived',
      name: 'stdout',
      text: '.',
    }));
    const film = [shown({ a: 'x'.repeat(120) }, 'd'), updated({ a: 'y'.repeat(120) })];
    const { state } = take(open({ ...sizes, turn: 1 }), [...begun, ...still, ...film, ...quiet]);
    expect(storedOf(state)).toEqual([...still.map(() => ['a']), [], []]);
  });

  it('one value that many outputs show is one blob', () => {
    const copies = Array.from({ length: 5 }, () => shown({ a: 'x' }, 'd'));
    const { state, log } = take(open(), [...begun, ...copies, updated({ a: 'y'.repeat(150) }), finished]);
    expect(new Set(hashesIn(log)).size).toBe(1);
    expect(storedOf(state)).toEqual(copies.map(() => ['a']));
  });

  it('small ones, texts and errors are left alone', () => {
    const error: Output = { output_type: 'error', ename: 'E', evalue: 'x'.repeat(300), traceback: [] };
    const events: SessionEvent[] = [
      ...begun,
      shown({ a: 'x'.repeat(100) }),
      { ...run, type: 'OutputArrived', output: error },
      { ...run, type: 'StreamArrived', name: 'stdout', text: 'x'.repeat(300) },
      finished,
    ];
    expect(take(open(), events).log).toEqual(events);
  });
});

it('under any order of showing, updating, clearing, ending and restarting: the same outputs, bounded in memory', () => {
  const value = fc.oneof(
    fc.nat(400).map((length) => 'é<p>'.repeat(length)),
    fc.nat(60).map((length) => Array.from({ length }, (_, n) => ({ n }))),
  );
  const data = fc.dictionary(fc.constantFrom('a', 'b', 'c'), value, { minKeys: 1 });
  const step = fc.oneof(
    { weight: 8, arbitrary: fc.tuple(data, fc.constantFrom(undefined, 'd')).map(([its, id]) => shown(its, id)) },
    { weight: 3, arbitrary: data.map(updated) },
    { weight: 1, arbitrary: fc.boolean().map((wait): SessionEvent => ({ ...run, type: 'OutputsCleared', wait })) },
    { weight: 1, arbitrary: fc.constant(finished) },
    { weight: 1, arbitrary: fc.constant('restart' as const) },
    { weight: 1, arbitrary: fc.constant('compact' as const) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const values = open({ ...sizes, turn: 1_000 });
      let { state, log } = take(values, begun);
      let truth = state;
      for (const one of steps) {
        if (typeof one === 'object') {
          const taken = take(values, [one], state);
          ({ state } = taken);
          log.push(...taken.log);
          truth = reduceSession(truth, one).state;
        } else {
          if (one === 'compact') log = rebuildEvents(state, base.by, 1);
          state = replaySession(emptyRunState, JSON.parse(JSON.stringify(log)) as SessionEvent[]);
        }
        expect(JSON.stringify(wholeOf(state))).toBe(JSON.stringify(outputsOf(truth)));
        // What was there when it was looked over, and what came since; names and small values aside.
        expect(weightOf(state)).toBeLessThan(600 * outputsOf(state).length + 2 * sizes.cell);
      }
    }),
    { numRuns: 150 },
  );
});

it('forty values of 20 MB: the state holds names', { timeout: 120_000 }, () => {
  blobs = new BlobStore(path.join(folder, 'blobs'));
  const store = new OutputStore(blobs, (problem) => void reports.push(problem));
  let [state, log, most] = [take(store, begun).state, 0, 0];
  for (let n = 0; n < 40; n += 1) {
    // Few different ones: the test is of memory, not of the disk.
    const taken = take(
      store,
      [shown({ 'image/png': `${n % 3}`.repeat(20 * 1024 * 1024), 'text/plain': '<x>' })],
      state,
    );
    ({ state } = taken);
    log += hashesIn(taken.log).length;
    most = Math.max(most, weightOf(state));
  }
  expect([log, outputsOf(state).length, most < 20_000]).toEqual([40, 40, true]);
  expect(JSON.stringify(rebuildEvents(state, base.by, 1)).length).toBeLessThan(50_000);
});

describe('a restart', () => {
  const effects = { now: () => 1, report: (problem: string) => void reports.push(problem), snapshot: () => [] };
  const journalOf = (events: readonly SessionEvent[]) => {
    const journal = new Journal(folder, effects, () => undefined);
    journal.append(events, () => []);
    journal.close({ remove: false });
  };
  const recover = () => {
    open();
    const recovered = recoverSession(folder, effects, new OutputStore(blobs, (problem) => void reports.push(problem)));
    recovered.journal.close({ remove: false });
    return recovered.state;
  };
  const events = [...begun, ...bundles.map((data) => shown(data)), finished];

  it.each([
    ['missing', (file: string) => unlinkSync(file)],
    ['cut', (file: string) => truncateSync(file, 3)],
    ['changed', (file: string) => writeFileSync(file, 'x'.repeat(statSync(file).size))],
  ])('stores a value again that a power cut left %s: the journal still has it', (_what, damage) => {
    const { state, log } = take(open(), events);
    const whole = wholeOf(state);
    journalOf(log);
    for (const hash of hashesIn(log)) damage(blobPath(hash));
    const again = recover();
    expect(outputsOf(again)).toEqual(outputsOf(state));
    expect(wholeOf(again)).toEqual(whole);
  });

  it('after a kill between a value and the word that it is stored, stores it', () => {
    const values = open();
    const { log } = take(values, events);
    journalOf(log.filter(({ type }) => type !== 'ValueStored'));
    const state = recover();
    expect(storedOf(state)).toEqual([[], [], []]);
    const { state: later } = take(open(), open().settleAll(state, base), state);
    expect(storedOf(later)).toEqual([['text/html'], ['application/json'], ['image/svg+xml', 'image/png']]);
    expect(wholeOf(later)).toEqual(outputsOf(state));
  });

  it('with many values stores some at a time', () => {
    const many = Array.from({ length: 84 }, (_, n) => shown({ a: `${n} `.repeat(60) }));
    journalOf([...begun, ...many, finished]);
    let state = recover();
    let synced = 0;
    const values = open(sizes, { ...blobEffects, fsyncSync: () => void (synced += 1) });
    let turns = 0;
    for (let some = values.settleAll(state, base); some.length > 0; some = values.leave(state, base)) {
      expect(some.length).toBeLessThanOrEqual(sizes.turn);
      if (turns === 0) expect(synced).toBe(0);
      for (const event of some) state = reduceSession(state, event).state;
      turns += 1;
    }
    expect([turns, values.leaving]).toEqual([21, false]);
    expect(storedOf(state)).toEqual(many.map(() => ['a']));
  });

  it('from a snapshot, which has names alone', () => {
    const { state } = take(open(), events);
    const whole = wholeOf(state);
    expect(blobs.syncNow()).toBeNull();
    const snapshot = rebuildEvents(state, base.by, 1);
    expect(JSON.stringify(snapshot)).not.toContain('<p><p>');
    journalOf(snapshot);
    expect(wholeOf(recover())).toEqual(whole);
  });
});

it('a full disk: values stay in memory, that is said once, and they go to the disk when there is room', () => {
  let full = true;
  const values = open(sizes, {
    ...blobEffects,
    writeSync: ((fd: number, bytes: Buffer, at: number, length: number) => {
      if (full) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
      return blobEffects.writeSync(fd, bytes, at, length);
    }) as typeof blobEffects.writeSync,
  });
  const { state } = take(values, [...begun, ...bundles.map((data) => shown(data)), finished]);
  expect(outputsOf(state)).toEqual(bundles.map((data) => ({ output_type: 'display_data', data, metadata: {} })));
  expect(reports).toHaveLength(1);
  expect(values.trouble).toContain('No space');
  expect(
    readdirSync(path.join(folder, 'blobs'), { recursive: true, withFileTypes: true }).some((one) => one.isFile()),
  ).toBe(false);
  full = false;
  const { state: settled } = take(values, [finished], state);
  expect(storedOf(settled)).toEqual([['text/html'], ['application/json'], ['image/svg+xml', 'image/png']]);
  expect([values.trouble, reports.length]).toEqual([null, 1]);
});
