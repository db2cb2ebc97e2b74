import { describe, expect, it } from 'vitest';
import { cellId } from '#lib/core/ids.ts';
import type { Output } from '#lib/core/notebook/output.ts';
import type { SessionEvent } from './event.ts';
import { rebuildEvents } from './rebuild.ts';
import { reduceSession, replaySession } from './reduce.ts';
import {
  after,
  asked,
  cell,
  cleared,
  ended,
  output,
  ready,
  s1,
  shown,
  stamp,
  started,
  stream,
  texts,
} from './sample-events.ts';
import { emptyRunState } from './state.ts';

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
