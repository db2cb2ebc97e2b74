import { describe, expect, it } from 'vitest';
import { cellId, gatewayId, kernelId, principalId, requestId, runId, sessionId } from '#lib/core/ids.ts';
import type { HoldReason, RunOutcome, SessionEvent } from './event.ts';
import { rebuildEvents } from './rebuild.ts';
import { reduceSession, replaySession } from './reduce.ts';
import { emptyRunState, type NotebookRunState } from './state.ts';

const stamp = { at: 1, by: principalId('p') };
const on = { ...stamp, sessionId: sessionId('s') };
const binding = {
  id: sessionId('s'),
  gatewayId: gatewayId('g'),
  gatewayLabel: 'g',
  kernelId: kernelId('k'),
  kernelName: 'python3',
  displayName: 'Python 3',
  language: 'python',
  clientId: 'c',
};
const asked = (run: string): SessionEvent => ({
  type: 'RunRequested',
  ...on,
  runId: runId(run),
  cellId: cellId(`cell-${run}`),
});
const started = (run: string): SessionEvent => ({ type: 'RunStarted', ...stamp, runId: runId(run), msgId: run });
const ended = (run: string, outcome: RunOutcome): SessionEvent => ({
  type: 'RunFinished',
  ...stamp,
  runId: runId(run),
  outcome,
});
const reordered = (...runs: string[]): SessionEvent => ({ type: 'QueueReordered', ...on, runIds: runs.map(runId) });
const held = (why: HoldReason = 'asked'): SessionEvent => ({ type: 'QueueHeld', ...on, why });
const released: SessionEvent = { type: 'QueueReleased', ...on };
const stop = (value: boolean): SessionEvent => ({ type: 'StopOnErrorSet', ...on, stop: value });
const status = (value: 'idle' | 'restarting' | 'dead'): SessionEvent => ({
  type: 'KernelStatusChanged',
  ...on,
  status: value,
});
const after = (...events: SessionEvent[]) => replaySession(emptyRunState, events);
/** `a` runs; `b`, `c` and `d` wait. */
const busy = after(
  { type: 'SessionBound', ...stamp, session: binding },
  status('idle'),
  asked('a'),
  started('a'),
  asked('b'),
  asked('c'),
  asked('d'),
);
const sessionOf = (state: NotebookRunState) => state.sessions.get(sessionId('s'));
const executed = (state: NotebookRunState, event: SessionEvent) =>
  reduceSession(state, event).effects.flatMap((effect) => (effect.type === 'Execute' ? [effect.runId] : []));

describe('runs that are cancelled together', () => {
  const cancelled = (...runs: string[]): SessionEvent => {
    return { type: 'RunsCancelled', ...stamp, runIds: runs.map(runId), reason: 'why' };
  };

  it('leave what runs and what is not named', () => {
    const state = replaySession(busy, [cancelled('a', 'd', 'x', 'b')]);
    expect(sessionOf(state)).toMatchObject({ running: 'a', queue: ['c'] });
    expect(state.runs.get(runId('b'))).toMatchObject({ state: 'cancelled', reason: 'why' });
    expect(executed(state, ended('a', 'ok'))).toEqual(['c']);
  });

  it('ten thousand at once, in a moment', () => {
    const many = Array.from({ length: 10_000 }, (_, n) => runId(`m${n}`));
    const session = sessionOf(busy);
    const run = busy.runs.get(runId('b'));
    if (session === undefined || run === undefined) throw new Error('no session');
    const state: NotebookRunState = {
      ...busy,
      runs: new Map(many.map((id) => [id, { ...run, id, cellId: cellId(id) }])),
      sessions: new Map([[session.binding.id, { ...session, queue: many }]]),
    };
    const { cells, sessions } = replaySession(state, [cancelled(...many)]);
    expect([...sessions.values()][0]?.queue).toEqual([]);
    expect([...cells.values()].filter((cell) => cell.run?.state === 'cancelled')).toHaveLength(10_000);
  });
});

describe('the order of a queue', () => {
  it.each<[string, string[], string[]]>([
    ['all of it', ['d', 'c', 'b'], ['d', 'c', 'b']],
    ['one to the front: it runs next', ['c'], ['c', 'b', 'd']],
    ['some, the rest keeps its order behind', ['d', 'b'], ['d', 'b', 'c']],
    ['what no longer waits, or never did', ['a', 'x', 'd'], ['d', 'b', 'c']],
    ['the same one twice', ['c', 'c', 'd', 'c'], ['c', 'd', 'b']],
  ])('%s', (_what, order, queue) => {
    const state = replaySession(busy, [reordered(...order)]);
    expect(sessionOf(state)?.queue).toEqual(queue);
    expect(executed(state, ended('a', 'ok'))).toEqual([queue[0]]);
  });

  it.each([[['b', 'c', 'd']], [['b']], [[]], [['x']]])('is the same state after %j', (order) => {
    expect(replaySession(busy, [reordered(...order)])).toBe(busy);
  });

  it('of a session that has ended concerns nobody', () => {
    const gone = after();
    for (const event of [reordered('b'), held(), released, stop(false)])
      expect(replaySession(gone, [event])).toBe(gone);
  });
});

describe('a held queue', () => {
  it('lets nothing go and the running cell go on, until it is released', () => {
    const state = replaySession(busy, [held()]);
    expect(sessionOf(state)).toMatchObject({ running: 'a', held: { why: 'asked', by: 'p', at: 1 } });
    expect(executed(state, ended('a', 'ok'))).toEqual([]);
    const idle = replaySession(state, [ended('a', 'ok'), asked('e')]);
    expect(executed(idle, status('idle'))).toEqual([]);
    expect(executed(idle, reordered('d'))).toEqual([]);
    expect(executed(idle, released)).toEqual(['b']);
    expect(sessionOf(replaySession(idle, [released]))).toMatchObject({ held: null, queue: ['b', 'c', 'd', 'e'] });
  });

  it.each<HoldReason>(['asked', 'interrupted'])('loses nothing to an error (%s)', (why) => {
    const state = replaySession(busy, [held(why), ended('a', 'error')]);
    expect(sessionOf(state)).toMatchObject({ queue: ['b', 'c', 'd'], held: { why } });
  });

  it('an interrupt with nothing behind it holds nothing', () => {
    const alone = replaySession(
      busy,
      ['b', 'c', 'd'].map((run) => ended(run, 'cancelled')),
    );
    expect(replaySession(alone, [held('interrupted')])).toBe(alone);
    expect(sessionOf(replaySession(alone, [held()]))?.held?.why).toBe('asked');
  });

  it.each<[string, HoldReason, SessionEvent[], HoldReason | undefined]>([
    ['cleared', 'interrupted', ['b', 'c', 'd'].map((run) => ended(run, 'cancelled')), undefined],
    ['cleared', 'asked', ['b', 'c', 'd'].map((run) => ended(run, 'cancelled')), 'asked'],
    ['less one', 'interrupted', [ended('b', 'cancelled')], 'interrupted'],
    ['of a restarted kernel', 'interrupted', [status('restarting')], undefined],
    ['of a dead kernel', 'interrupted', [status('dead')], undefined],
    ['held by a person as well', 'interrupted', [held()], 'asked'],
    ['interrupted while a person holds it', 'asked', [held('interrupted')], 'asked'],
  ])('%s, held as %s', (_what, why, events, then) => {
    expect(sessionOf(replaySession(busy, [held(why), ...events]))?.held?.why).toBe(then);
  });
});

describe('an error', () => {
  it('leaves the queue going when that was chosen', () => {
    const state = replaySession(busy, [stop(false)]);
    expect(executed(state, ended('a', 'error'))).toEqual(['b']);
    expect(sessionOf(replaySession(state, [ended('a', 'error')]))?.queue).toEqual(['b', 'c', 'd']);
    const again = replaySession(state, [stop(true), ended('a', 'error')]);
    expect(sessionOf(again)?.queue).toEqual([]);
  });
});

describe('an error with thousands that wait', () => {
  it('cancels each in its cell', () => {
    const names = Array.from({ length: 5_000 }, (_, index) => `${index}`);
    const bound: SessionEvent = { type: 'SessionBound', ...stamp, session: binding };
    const queued = replaySession(emptyRunState, [bound, status('idle'), ...names.map((name) => asked(name))]);
    const again: SessionEvent = { type: 'RunRequested', ...on, runId: runId('again'), cellId: cellId('cell-0') };
    const state = replaySession(queued, [started('0'), again, ended('0', 'error')]);
    expect(sessionOf(state)).toMatchObject({ running: null, queue: [] });
    const states = names.map((name) => state.cells.get(cellId(`cell-${name}`))?.run?.state);
    expect(new Set(states)).toEqual(new Set(['cancelled']));
  });
});

describe('answers to requests', () => {
  const answered = (name: string, ...runs: string[]): SessionEvent => ({
    type: 'RequestAnswered',
    ...stamp,
    requestId: requestId(name),
    runIds: runs.map(runId),
  });
  const names = (state: NotebookRunState) => [...state.answered.keys()];

  it('are kept as they were given first', () => {
    const state = after(answered('q', 'a'), answered('q', 'b'));
    expect(state.answered.get(requestId('q'))).toEqual(['a']);
  });

  it('are forgotten, the oldest first, when they are many or long', () => {
    const many = after(...Array.from({ length: 250 }, (_, at) => answered(`q${at}`, 'a')));
    expect(names(many)).toHaveLength(200);
    expect(names(many)[0]).toBe('q50');
    const long = Array.from({ length: 15_000 }, (_, at) => `r${at}`);
    expect(names(after(answered('q1', ...long), answered('q2', ...long)))).toEqual(['q2']);
    expect(names(after(answered('q1', 'a'), answered('q2', ...long, ...long)))).toEqual(['q2']);
    expect(after(...rebuildEvents(many, stamp.by, 1))).toEqual(many);
  });
});

it('a rebuild has the order, the hold and the choice', () => {
  const state = replaySession(busy, [reordered('d'), held('interrupted'), stop(false)]);
  const rebuilt = after(...rebuildEvents(state, principalId('server'), 9));
  expect(rebuilt).toEqual(state);
  expect(sessionOf(rebuilt)).toMatchObject({ queue: ['d', 'b', 'c'], held: { by: 'p', at: 1 }, stopOnError: false });
});
