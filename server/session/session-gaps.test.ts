import { describe, expect, it } from 'vitest';
import { cellId, principalId, runId, sessionId } from '#lib/core/ids.ts';
import { readMarker } from '#lib/core/notebook/marker.ts';
import type { SessionEvent } from '#lib/core/session/event.ts';
import { replaySession } from '#lib/core/session/reduce.ts';
import { emptyRunState, type NotebookRunState } from '#lib/core/session/state.ts';
import type { KernelGap } from '#server/kinds/gateway/port.ts';
import { ownerOfGap, readLimiterNotice, SessionGaps } from './session-gaps.ts';

const by = principalId('server');
const run = runId('r');
const cell = cellId('c');
const stamp = { at: 1, by };
const text = (words: string): SessionEvent => ({
  type: 'StreamArrived',
  ...stamp,
  runId: run,
  name: 'stdout',
  text: words,
});

function bench() {
  let state: NotebookRunState = replaySession(emptyRunState, [
    { type: 'RunRequested', ...stamp, runId: run, cellId: cell, sessionId: sessionId('s') },
    { type: 'RunStarted', ...stamp, runId: run, msgId: 'm' },
  ]);
  let ids = 0;
  const gaps = new SessionGaps({
    sessionId: sessionId('s'),
    state: () => state,
    stamp: () => stamp,
    randomId: () => `${(ids += 1)}`,
  });
  const take = (events: readonly SessionEvent[] | null): void => void (state = replaySession(state, events ?? []));
  /** Text as it is, markers as kind and count. */
  const shown = () =>
    (state.cells.get(cell)?.outputs ?? []).map((output) => {
      if (output.output_type === 'stream') return output.text;
      const marker = readMarker(output);
      if (marker?.kind === 'gap') return [marker.cause, marker.messages];
      return marker?.kind === 'limited' ? [marker.kind, marker.messages] : output;
    });
  return { gaps, take, shown };
}

const gap = (known: Partial<KernelGap>): KernelGap => ({
  id: 1,
  cause: 'connection',
  missing: 3,
  settled: false,
  amidText: false,
  before: { type: 'stream', parentMsgId: 'm', isBusy: false },
  ...known,
});
const later = (known: Partial<KernelGap>) => gap({ settled: true, before: null, ...known });

describe('after a broken line', () => {
  it('marks the place at once, and says later what is known better', () => {
    const { gaps, take, shown } = bench();
    take([text('a\n')]);
    take(gaps.take(gap({}), run));
    take([text('b\n')]);
    expect(shown()).toEqual(['a\n', ['connection', 3], 'b\n']);
    take(gaps.tell(gap({ missing: 2 })));
    take(gaps.tell(later({ missing: 2 })));
    expect(shown()).toEqual(['a\n', ['connection', 2], 'b\n']);
  });

  it('takes the mark away when all is explained', () => {
    const { gaps, take, shown } = bench();
    take(gaps.take(gap({}), run));
    take(gaps.tell(later({ missing: 0 })));
    expect(shown()).toEqual([]);
  });

  it('a refused message has a mark of its own, and is not counted with what else is missing', () => {
    const { gaps, take, shown } = bench();
    take([gaps.refuse(run, 1_000)]);
    take(gaps.take(gap({ missing: 1 }), run));
    expect(shown()).toEqual([expect.objectContaining({ output_type: 'display_data' })]);
    take([gaps.refuse(run, 1_000)]);
    take(gaps.take(gap({ id: 2, missing: 4 }), run));
    expect(shown().at(-1)).toEqual(['connection', 3]);
  });

  it('what is missing before the first word of a run is not of it, also when more is known later', () => {
    const { gaps, take, shown } = bench();
    take(gaps.take(gap({}), run));
    expect(shown()).toEqual([['connection', 3]]);
    take(gaps.begins(run));
    expect(gaps.knows(later({ missing: 2 }))).toBe(false);
    take(gaps.take(gap({ id: 2, missing: 5 }), run));
    expect(shown()).toEqual([['connection', 5]]);
  });

  it('does not claim what is missing while nothing of ours ran', () => {
    expect(bench().gaps.take(gap({}), null)).toBeNull();
  });
});

describe('on an unbroken line', () => {
  it.each([
    ['one alone is no evidence', 1, 'stream', false, [], []],
    ['one amid text is missing, if it does not come late', 1, 'stream', true, [], [['gateway', 1]]],
    ['several before more output are missing there', 4, 'stream', false, [['gateway', 4]], [['gateway', 4]]],
    ['several before the end may be replies that come late', 4, 'status', false, [], [['gateway', 4]]],
  ] as const)('%s', (_, missing, type, amidText, atOnce, expected) => {
    const { gaps, take, shown } = bench();
    take(
      gaps.take(gap({ cause: 'unknown', missing, amidText, before: { type, parentMsgId: 'm', isBusy: false } }), run),
    );
    expect(shown()).toEqual(atOnce);
    take(gaps.tell(later({ cause: 'unknown', missing })));
    expect(shown()).toEqual(expected);
  });

  it('what the limiter drops counts at its notice, over several gaps', () => {
    const { gaps, take, shown } = bench();
    take([gaps.limit(run, { setting: 'x', limit: null })]);
    expect(shown()).toEqual([['limited', null]]);
    take(gaps.take(gap({ id: 1, cause: 'unknown', missing: 40 }), run));
    take(gaps.take(gap({ id: 2, cause: 'unknown', missing: 1 }), run));
    take(gaps.tell(later({ id: 1, cause: 'unknown', missing: 39 })));
    expect(shown()).toEqual([['limited', 40]]);
  });
});

describe('an end that nobody heard', () => {
  it('output may be missing, until the next number tells how much: its reply and its idle are no output', () => {
    const { gaps, take, shown } = bench();
    take(gaps.unended(run, 'connection'));
    expect(shown()).toEqual([['connection', null]]);
    take(gaps.take(gap({ missing: 7 }), null));
    expect(shown()).toEqual([['connection', 5]]);
  });

  it('nothing is missing when there were no other numbers', () => {
    const { gaps, take, shown } = bench();
    take(gaps.unended(run, 'connection'));
    take(gaps.take(gap({ missing: 2 }), null));
    expect(shown()).toEqual([['connection', null]]);
    take(gaps.tell(later({ missing: 2 })));
    expect(shown()).toEqual([]);
  });
});

it.each([
  [
    'IOPub message rate exceeded.\nThe Jupyter server will …\nServerApp.iopub_msg_rate_limit=1000.0 (msgs/sec)\nx',
    { setting: expect.stringContaining('iopub_msg_rate_limit'), limit: '1000.0 (msgs/sec)' },
  ],
  [
    'IOPub data rate exceeded.\nServerApp.iopub_data_rate_limit=1000000.0 (bytes/sec)\n',
    { setting: expect.stringContaining('iopub_data_rate_limit'), limit: '1000000.0 (bytes/sec)' },
  ],
  ['IOPub data rate exceeded.\n', { setting: expect.stringContaining('limit_rate=False'), limit: null }],
  ['I said: IOPub data rate exceeded.\n', null],
  ['', null],
])('reads the notice of the limiter: %j', (said, notice) => {
  expect(readLimiterNotice(said)).toEqual(notice);
});

describe('ownerOfGap', () => {
  const before = (type: string, isBusy = false) => ({ type, parentMsgId: 'm', isBusy });
  const own = { runId: run, begun: true };
  const fresh = { runId: run, begun: false };
  it.each([
    ['in the middle of a run', gap({ cause: 'unknown' }), own, run, run],
    ['in the middle of a run, shown by what is of nobody', gap({ cause: 'connection' }), own, null, run],
    ['after the end of a run, by its late output', gap({ cause: 'connection' }), null, run, run],
    ['with no run in flight', gap({ cause: 'connection' }), null, null, null],
    ['before the first word of a run', gap({ cause: 'connection', before: before('status', true) }), fresh, run, null],
    [
      'before a run has begun, by what is of others',
      gap({ cause: 'unknown', before: before('status') }),
      fresh,
      null,
      null,
    ],
    [
      'instead of the first word, on a broken line',
      gap({ cause: 'connection', before: before('stream') }),
      fresh,
      run,
      run,
    ],
    [
      'of all of a run but its end, on a broken line',
      gap({ cause: 'connection', before: before('status') }),
      fresh,
      run,
      run,
    ],
    [
      'on a broken line, by what is of others',
      gap({ cause: 'connection', before: before('status') }),
      fresh,
      null,
      run,
    ],
  ])('%s', (_, found, flight, parent, owner) => {
    expect(ownerOfGap(found, flight, parent)).toBe(owner);
  });
});
