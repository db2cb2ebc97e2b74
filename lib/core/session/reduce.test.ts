import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellId, principalId, requestId, runId, sessionId } from '#lib/core/ids.ts';
import type { SessionId } from '#lib/core/ids.ts';
import type { HoldReason, KernelStatus, RunOutcome, SessionEvent } from './event.ts';
import { rebuildEvents } from './rebuild.ts';
import { reduceSession, replaySession } from './reduce.ts';
import {
  after,
  answered,
  asked,
  bound,
  cell,
  cleared,
  died,
  ended,
  output,
  question,
  ready,
  runState,
  s1,
  shown,
  stamp,
  started,
  status,
  stream,
  texts,
} from './sample-events.ts';
import type { NotebookRunState } from './state.ts';

describe('runs', () => {
  it('asks to execute at once when idle, and queues a second run while busy', () => {
    const idle = after(...ready);
    expect(reduceSession(idle, asked('r1', 'a')).effects).toEqual([
      { type: 'Execute', runId: 'r1', cellId: 'a', sessionId: 's1' },
    ]);
    const busy = after(...ready, asked('r1', 'a'), started('r1'));
    const second = reduceSession(busy, asked('r2', 'b'));
    expect(second.effects).toEqual([]);
    expect(second.state.sessions.get(s1)).toMatchObject({ running: 'r1', queue: ['r2'] });
    expect(reduceSession(second.state, ended('r1')).effects).toMatchObject([{ type: 'Execute', runId: 'r2' }]);
  });

  it.each(['starting', 'reconnecting', 'restarting'] as const)('waits while the kernel is %s', (value) => {
    const state = after(bound(), status(value));
    const queued = reduceSession(state, asked('r1', 'a'));
    expect(queued.effects).toEqual([]);
    expect(reduceSession(queued.state, status('idle')).effects).toMatchObject([{ type: 'Execute', runId: 'r1' }]);
  });

  it('ignores a cell that already waits, lets a running one queue again', () => {
    const waiting = after(...ready, asked('r1', 'a'));
    expect(reduceSession(waiting, asked('r2', 'a')).state).toBe(waiting);
    const again = after(...ready, asked('r1', 'a'), started('r1'), asked('r2', 'a'), stream('r1', 'x\n'));
    expect(runState(again, 'a')).toBe('running');
    expect(texts(again, 'a')).toEqual(['stdout:x\n']);
    expect(runState(replaySession(again, [ended('r1')]), 'a')).toBe('queued');
  });

  it('clears outputs and count when the run starts, not when it is asked for', () => {
    const loaded: SessionEvent = {
      type: 'CellsLoaded',
      ...stamp,
      cells: [{ cellId: cellId('a'), outputs: [shown('old')], executionCount: 7 }],
    };
    const waiting = after(loaded, ...ready, asked('r1', 'a'));
    expect(cell(waiting, 'a')).toMatchObject({ executionCount: 7, outputs: [{}] });
    expect(cell(replaySession(waiting, [started('r1')]), 'a')).toMatchObject({ executionCount: null, outputs: [] });
  });

  it('an error cancels what waits in its session only', () => {
    const s2 = sessionId('s2');
    const state = after(
      ...ready,
      bound(s2),
      status('starting', s2),
      asked('r1', 'a'),
      started('r1'),
      asked('r2', 'b'),
      asked('r3', 'c', s2),
      ended('r1', 'error'),
    );
    expect([runState(state, 'a'), runState(state, 'b'), runState(state, 'c')]).toEqual([
      'error',
      'cancelled',
      'queued',
    ]);
  });

  it.each([
    ['restarting', 'cancelled', 'cancelled'],
    ['dead', 'lost', 'cancelled'],
    ['reconnecting', 'running', 'queued'],
  ] as const)('%s: the running run is %s, the waiting one %s, outputs stay', (value, running, waiting) => {
    const events = [asked('r1', 'a'), started('r1'), stream('r1', 'x\n'), asked('r2', 'b'), status(value)];
    const state = after(...ready, ...events);
    expect([runState(state, 'a'), runState(state, 'b')]).toEqual([running, waiting]);
    expect(texts(state, 'a')).toEqual(['stdout:x\n']);
  });

  it('unbinding cancels everything of the session and closes its link', () => {
    const busy = after(...ready, asked('r1', 'a'), started('r1'), asked('r2', 'b'));
    const { state, effects } = reduceSession(busy, { type: 'SessionUnbound', ...stamp, sessionId: s1, reason: 'why' });
    expect(effects).toEqual([{ type: 'CloseLink', sessionId: 's1' }]);
    expect(state.sessions.size).toBe(0);
    expect([runState(state, 'a'), runState(state, 'b')]).toEqual(['cancelled', 'cancelled']);
  });
});

describe('generated logs', () => {
  const run = fc.constantFrom('r1', 'r2', 'r3', 'r4', 'r5');
  const some = fc.constantFrom('a', 'b');
  const session = fc.constantFrom('s1', 's2').map(sessionId);
  const text = fc.string({ unit: fc.constantFrom('x', 'y', '\n', '\r', '\b', '\x1b[31m', '\x1b[0m'), maxLength: 5 });
  const event: fc.Arbitrary<SessionEvent> = fc.oneof(
    fc.tuple(run, some, session).map(([id, target, on]) => asked(id, target, on)),
    run.map(started),
    fc.tuple(run, fc.constantFrom<RunOutcome[]>('ok', 'error', 'cancelled', 'lost')).map(([id, how]) => ended(id, how)),
    fc.array(run).map(cancelled),
    fc.tuple(run, text, fc.constantFrom('stdout', 'stderr')).map(([id, value, name]) => stream(id, value, name)),
    fc.tuple(run, fc.boolean()).map(([id, wait]) => cleared(id, wait)),
    fc.tuple(run, fc.constantFrom('d1', undefined)).map(([id, display]) => output(id, shown(id, display))),
    fc.tuple(run, fc.constantFrom('i1', 'i2')).map(([id, one]) => question(id, one, one)),
    fc.tuple(run, fc.constantFrom('i1', 'i2')).map(([id, one]) => answered(id, one)),
    fc.constantFrom<KernelStatus[]>('idle', 'busy', 'restarting', 'dead', 'reconnecting').map((value) => status(value)),
    session.map((id) => died(after(bound(id)), id)),
    session.map((id): SessionEvent => ({ type: 'SessionUsed', ...stamp, sessionId: id })),
    fc
      .tuple(session, fc.constantFrom(5, null))
      .map(([id, end]): SessionEvent => ({ type: 'IdleAnnounced', ...stamp, sessionId: id, end })),
    session.map((id): SessionEvent => ({ type: 'KernelRenewed', ...stamp, sessionId: id })),
    session.map(bound),
    session.map((id): SessionEvent => ({ type: 'SessionUnbound', ...stamp, sessionId: id, reason: 'x' })),
    fc.tuple(session, fc.array(run), fc.constantFrom<HoldReason[]>('asked', 'interrupted'), fc.nat(5)).map(queueEvent),
    some.map((id): SessionEvent => ({ type: 'CellsCleared', ...stamp, cellIds: [cellId(id)] })),
  );
  function cancelled(ids: readonly string[]): SessionEvent {
    return { type: 'RunsCancelled', ...stamp, runIds: ids.map(runId), reason: 'x' };
  }
  type Waiting = readonly [SessionId, readonly string[], HoldReason, number];
  function queueEvent([id, ids, why, kind]: Waiting): SessionEvent {
    const on = { at: 3, by: principalId('h'), sessionId: id };
    const runIds = ids.map(runId);
    if (kind === 0) return { type: 'QueueReordered', ...on, runIds };
    if (kind === 1) return { type: 'QueueReleased', ...on };
    if (kind < 4) return { type: 'StopOnErrorSet', ...on, stop: kind === 2 };
    return kind === 4
      ? { type: 'QueueHeld', ...on, why }
      : { type: 'RequestAnswered', ...stamp, requestId: requestId(`q${ids.length}`), runIds };
  }
  /** Whether a session host could write this event after that state. */
  const possible = (state: NotebookRunState, next: SessionEvent): boolean => {
    if (next.type === 'RunRequested') return state.sessions.has(next.sessionId) && !state.runs.has(next.runId);
    if (next.type === 'SessionBound') return !state.sessions.has(next.session.id);
    if (next.type !== 'RunStarted') return true;
    const own = state.sessions.get(state.runs.get(next.runId)?.sessionId ?? s1);
    return own?.running === null && own.held === null && own.queue[0] === next.runId;
  };
  const log = fc.array(event, { maxLength: 60 }).map((events) => {
    const kept: SessionEvent[] = [...ready, bound(sessionId('s2'))];
    let state = after(...kept);
    for (const next of events) {
      if (!possible(state, next)) continue;
      kept.push(next);
      state = reduceSession(state, next).state;
    }
    return kept;
  });

  it('a rebuild gives the same state', () => {
    fc.assert(
      fc.property(log, (events) => {
        const state = after(...events);
        expect(after(...rebuildEvents(state, stamp.by, 1))).toEqual(state);
      }),
      { numRuns: 2_000 },
    );
  });

  it('many that are cancelled together end as they would one after the other', () => {
    fc.assert(
      fc.property(log, fc.array(run), (events, ids) => {
        const state = after(...events);
        const waiting = [...new Set(ids.map(runId))].filter((id) => state.runs.get(id)?.state === 'queued');
        const single = waiting.map((id): SessionEvent => ({ ...ended(id, 'cancelled'), reason: 'x' }) as SessionEvent);
        expect(replaySession(state, [cancelled(ids)])).toEqual(replaySession(state, single));
        if (waiting.length === 0) expect(replaySession(state, [cancelled(ids)])).toBe(state);
      }),
    );
  });

  it('one run in flight per session, and none that is both waiting and running', () => {
    fc.assert(
      fc.property(log, (events) => {
        for (const { running, queue, binding, held } of after(...events).sessions.values()) {
          expect(new Set(queue).size).toBe(queue.length);
          if (running !== null) expect(queue).not.toContain(running);
          if (held?.why === 'interrupted') expect(queue).not.toEqual([]);
          expect(binding.id).toBeDefined();
        }
      }),
    );
  });

  it('merged streams give the same state', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 8 }), fc.array(fc.nat(7)), (chunks, cuts) => {
        const whole = after(...ready, asked('r1', 'a'), started('r1'), ...chunks.map((chunk) => stream('r1', chunk)));
        const merged: string[] = [];
        for (const [index, chunk] of chunks.entries()) {
          if (index === 0 || cuts.includes(index)) merged.push(chunk);
          else merged.push((merged.pop() ?? '') + chunk);
        }
        const joined = after(...ready, asked('r1', 'a'), started('r1'), ...merged.map((chunk) => stream('r1', chunk)));
        expect(joined).toEqual(whole);
      }),
      { numRuns: 2_000 },
    );
  });
});
