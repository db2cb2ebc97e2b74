import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellId, gatewayId, inputId, kernelId, principalId, requestId, runId, sessionId } from '#lib/core/ids.ts';
import type { SessionId } from '#lib/core/ids.ts';
import type { Output } from '#lib/core/notebook/output.ts';
import { describeDeath } from './describe-death.ts';
import type { HoldReason, KernelStatus, RunOutcome, SessionEvent } from './event.ts';
import { rebuildEvents } from './rebuild.ts';
import { reduceSession, replaySession } from './reduce.ts';
import { emptyRunState, type NotebookRunState } from './state.ts';

const stamp = { at: 1, by: principalId('p') };
const s1 = sessionId('s1');
const bound = (id = s1): SessionEvent => ({
  type: 'SessionBound',
  ...stamp,
  session: {
    id,
    gatewayId: gatewayId('g'),
    gatewayLabel: 'g',
    kernelId: kernelId('k'),
    kernelName: 'python3',
    displayName: 'Python 3',
    language: 'python',
    clientId: 'c',
  },
});
const status = (value: KernelStatus, id = s1): SessionEvent => ({
  type: 'KernelStatusChanged',
  ...stamp,
  sessionId: id,
  status: value,
});
const asked = (run: string, cell: string, id = s1): SessionEvent => ({
  type: 'RunRequested',
  ...stamp,
  runId: runId(run),
  cellId: cellId(cell),
  sessionId: id,
});
const started = (run: string): SessionEvent => ({
  type: 'RunStarted',
  ...stamp,
  runId: runId(run),
  msgId: `m-${run}`,
  source: run,
});
const ended = (run: string, outcome: RunOutcome = 'ok'): SessionEvent => ({
  type: 'RunFinished',
  ...stamp,
  runId: runId(run),
  outcome,
});
const stream = (run: string, text: string, name = 'stdout'): SessionEvent => ({
  type: 'StreamArrived',
  ...stamp,
  runId: runId(run),
  name,
  text,
});
const cleared = (run: string, wait: boolean): SessionEvent => ({
  type: 'OutputsCleared',
  ...stamp,
  runId: runId(run),
  wait,
});
const output = (run: string, value: Output): SessionEvent => ({
  type: 'OutputArrived',
  ...stamp,
  runId: runId(run),
  output: value,
});
const shown = (text: string, display?: string): Output => ({
  output_type: 'display_data',
  data: { 'text/plain': text },
  metadata: {},
  ...(display === undefined ? {} : { display_id: display }),
});
const run = (id: string, on: string, how: RunOutcome = 'ok'): SessionEvent[] => [
  asked(id, on),
  started(id),
  ended(id, how),
];
const died = (state: NotebookRunState, id = s1): SessionEvent => {
  const session = state.sessions.get(id) ?? expect.fail('no session');
  const death = describeDeath(state, session, { at: 1, restarted: false, memory: [] });
  return { type: 'KernelDied', ...stamp, sessionId: id, death };
};
const question = (run: string, id: string, prompt: string): SessionEvent => ({
  type: 'InputRequested',
  ...stamp,
  runId: runId(run),
  inputId: inputId(id),
  prompt,
  password: false,
});
const answered = (run: string, id: string): SessionEvent => ({
  type: 'InputAnswered',
  ...stamp,
  runId: runId(run),
  inputId: inputId(id),
  text: 'x',
});
const ready = [bound(), status('idle')];
const after = (...events: SessionEvent[]): NotebookRunState => replaySession(emptyRunState, events);
const cell = (state: NotebookRunState, id: string) => state.cells.get(cellId(id));
const runState = (state: NotebookRunState, id: string) => cell(state, id)?.run?.state;
const texts = (state: NotebookRunState, id: string) =>
  cell(state, id)?.outputs.map((one) => (one.output_type === 'stream' ? `${one.name}:${one.text}` : one.output_type));

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

describe('outputs', () => {
  const running = [...ready, asked('r1', 'a'), started('r1')];

  it('merges a stream with itself, and counts lines that were taken back', () => {
    const state = after(
      ...running,
      stream('r1', 'a\nb'),
      stream('r1', '\rc\n'),
      stream('r1', 'e', 'stderr'),
      stream('r1', 'd'),
    );
    expect(texts(state, 'a')).toEqual(['stdout:a\nc\n', 'stderr:e', 'stdout:d']);
    expect(cell(state, 'a')?.outputs[0]).toMatchObject({ lines: 2 });
  });

  it('clear_output: at once, or with the next output; a same-name stream starts anew', () => {
    expect(texts(after(...running, stream('r1', 'x'), cleared('r1', false)), 'a')).toEqual([]);
    const pending = after(...running, stream('r1', 'x\n'), cleared('r1', true));
    expect(texts(pending, 'a')).toEqual(['stdout:x\n']);
    const next = replaySession(pending, [stream('r1', 'y\n')]);
    expect(cell(next, 'a')).toMatchObject({ clearPending: false, outputs: [{ text: 'y\n', lines: 1 }] });
  });

  it('a clear that waits for an output is forgotten with the last run that could bring one', () => {
    const waiting = after(...running, cleared('r1', true), asked('r2', 'a'));
    const gone = replaySession(waiting, [{ type: 'SessionUnbound', ...stamp, sessionId: s1, reason: 'x' }]);
    expect(cell(gone, 'a')?.clearPending).toBe(false);
    expect(replaySession(emptyRunState, rebuildEvents(gone, stamp.by, 1))).toEqual(gone);
  });

  it('an update of a display drops the address of the image before', () => {
    const linked = { 'image/png': { url: '/old', width: 1, height: 1 } };
    const first: Output = { output_type: 'display_data', data: {}, metadata: {}, display_id: 'd1', linked };
    const update: SessionEvent = {
      type: 'DisplayUpdated',
      ...stamp,
      displayId: 'd1',
      data: { x: 'new' },
      metadata: {},
    };
    expect(cell(after(...running, output('r1', first), update), 'a')?.outputs).toEqual([
      { output_type: 'display_data', data: { x: 'new' }, metadata: {}, display_id: 'd1' },
    ]);
  });

  it('updates displays in all cells, keeps their type, creates none', () => {
    const result: Output = {
      output_type: 'execute_result',
      data: {},
      metadata: {},
      execution_count: 3,
      display_id: 'd',
    };
    const update: SessionEvent = {
      type: 'DisplayUpdated',
      ...stamp,
      displayId: 'd',
      data: { 'text/plain': 'new' },
      metadata: { m: 1 },
    };
    const state = after(
      ...running,
      output('r1', result),
      ended('r1'),
      asked('r2', 'b'),
      started('r2'),
      output('r2', shown('x', 'd')),
    );
    expect(cell(state, 'a')?.outputs).toMatchObject([{ output_type: 'execute_result', data: { 'text/plain': 'x' } }]);
    const updated = replaySession(state, [update]);
    for (const id of ['a', 'b']) {
      expect(cell(updated, id)?.outputs).toMatchObject([
        { data: { 'text/plain': 'new' }, metadata: { m: 1 }, display_id: 'd' },
      ]);
    }
    expect(reduceSession(state, { ...update, displayId: 'other' } as SessionEvent).state).toBe(state);
  });

  it('routes late outputs to the cell until its next run starts', () => {
    const over = after(...running, ended('r1'), stream('r1', 'late\n'), asked('r2', 'a'), stream('r1', 'later\n'));
    expect(texts(over, 'a')).toEqual(['stdout:late\nlater\n']);
    const next = replaySession(over, [started('r2'), stream('r1', 'too late\n')]);
    expect(texts(next, 'a')).toEqual([]);
  });

  it('touches one cell of many', () => {
    const cells = Array.from({ length: 50 }, (_, i) => ({
      cellId: cellId(`c${i}`),
      outputs: [],
      executionCount: null,
    }));
    const before = after({ type: 'CellsLoaded', ...stamp, cells }, ...running);
    const now = replaySession(before, [stream('r1', 'x')]);
    const changed = [...now.cells].filter(([id, value]) => before.cells.get(id) !== value).map(([id]) => id);
    expect(changed).toEqual(['a']);
  });
});

describe('the death of a kernel', () => {
  const running = [...ready, asked('r0', 'z'), started('r0'), ended('r0'), asked('r1', 'a'), started('r1')];
  const waiting = [...running, asked('r2', 'b'), asked('r3', 'a')];

  it('loses what ran, cancels what waited, keeps outputs, and runs nothing again', () => {
    const before = after(...waiting, stream('r1', 'so far\n'));
    const { state, effects } = reduceSession(before, died(before));
    expect(effects).toEqual([]);
    expect(cell(state, 'a')?.run).toMatchObject({ id: 'r1', state: 'lost', reason: 'the kernel died' });
    expect(cell(state, 'b')?.run).toMatchObject({ state: 'cancelled', reason: 'the kernel died' });
    expect(texts(state, 'a')).toEqual(['stdout:so far\n']);
    expect(state.sessions.get(s1)).toMatchObject({ running: null, queue: [], ran: [] });
    expect(state.sessions.get(s1)?.death).toMatchObject({ cellId: 'a', cancelled: 2, ran: ['z'] });
  });

  it.each<[string, SessionEvent[], string[]]>([
    ['in the order of their first run', [...run('r2', 'b'), ...run('r3', 'z')], ['z', 'b']],
    ['also those that failed', run('r2', 'b', 'error'), ['z', 'b']],
    ['not those that were cancelled', run('r2', 'b', 'cancelled'), ['z']],
    ['none after a restart', [status('restarting'), { type: 'KernelRenewed', ...stamp, sessionId: s1 }], []],
    [
      'those that a rebuilt log tells of',
      [{ type: 'CellsRan', ...stamp, sessionId: s1, cellIds: [cellId('q')] }],
      ['q'],
    ],
  ])('knows which cells have run: %s', (_, events, cells) => {
    const ran = [...ready, ...run('r0', 'z')];
    expect(after(...ran, ...events).sessions.get(s1)?.ran).toEqual(cells);
  });

  it('keeps the report while the new kernel dies without having run anything', () => {
    const once = after(...waiting);
    const twice = after(...waiting, died(once), status('restarting'));
    const again = reduceSession(twice, died(twice)).state;
    expect(again.sessions.get(s1)?.death).toMatchObject({ cellId: 'a', ran: ['z'], cancelled: 0 });
  });

  it('explains it later, and puts it away when told', () => {
    const dead = after(...waiting, died(after(...waiting)), status('dead'));
    const exit = { code: null, signal: 'SIGKILL', asked: false, starved: true };
    const told = replaySession(dead, [{ type: 'DeathExplained', ...stamp, sessionId: s1, exit }]);
    expect(told.sessions.get(s1)?.death?.exit).toEqual(exit);
    expect(
      replaySession(told, [{ type: 'DeathDismissed', ...stamp, sessionId: s1 }]).sessions.get(s1)?.death,
    ).toBeNull();
  });
});

describe('a kernel that nobody uses', () => {
  const announced: SessionEvent = { type: 'IdleAnnounced', ...stamp, sessionId: s1, end: 99 };
  const end = (...events: SessionEvent[]) => after(...ready, announced, ...events).sessions.get(s1)?.idleEnd;

  it.each<[string, SessionEvent[], number | null]>([
    ['sees its end coming', [], 99],
    ['is used again', [asked('r1', 'a')], null],
    ['is kept', [{ type: 'SessionUsed', ...stamp, sessionId: s1 }], null],
    ['is restarted', [{ type: 'KernelRenewed', ...stamp, sessionId: s1 }], null],
    ['is kept by a change of the settings', [{ ...announced, end: null } as SessionEvent], null],
  ])('%s', (_, events, expected) => {
    expect(end(...events)).toBe(expected);
  });

  it('counts from the end of its last run', () => {
    const state = after(...ready, ...run('r1', 'a').map((event, at) => ({ ...event, at: at + 10 })));
    expect(state.sessions.get(s1)?.usedAt).toBe(12);
  });
});

describe('questions of running code', () => {
  const running = [...ready, asked('r1', 'a'), asked('r2', 'b'), started('r1')];
  const input = (state: NotebookRunState, id: string) => cell(state, id)?.run?.input?.prompt ?? null;

  it.each<[string, SessionEvent[], string | null]>([
    ['waits in its cell', [question('r1', 'i1', 'Name? ')], 'Name? '],
    ['comes twice after a lost connection', [question('r1', 'i1', 'Name? '), question('r1', 'i1', 'again')], 'Name? '],
    ['gives way to the next one', [question('r1', 'i1', 'one'), question('r1', 'i2', 'two')], 'two'],
    ['is answered', [question('r1', 'i1', 'one'), answered('r1', 'i1')], null],
    ['is not answered by the answer to another', [question('r1', 'i1', 'one'), answered('r1', 'i0')], 'one'],
    ['ends with its run', [question('r1', 'i1', 'one'), ended('r1', 'error')], null],
    ['ends with a restart', [question('r1', 'i1', 'one'), status('restarting')], null],
    ['ends with the kernel', [question('r1', 'i1', 'one'), status('dead')], null],
    ['outlives a lost connection', [question('r1', 'i1', 'one'), status('reconnecting')], 'one'],
    ['is none of a run that waits', [question('r2', 'i1', 'one')], null],
    ['is none of a run that is over', [ended('r1'), question('r1', 'i1', 'one')], null],
  ])('%s', (_, events, prompt) => {
    expect(input(after(...running, ...events), 'a')).toBe(prompt);
  });

  it('holds what waits behind it', () => {
    const state = after(...running, question('r1', 'i1', 'one'), asked('r3', 'c'));
    expect(state.sessions.get(s1)).toMatchObject({ running: 'r1', queue: ['r2', 'r3'] });
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
