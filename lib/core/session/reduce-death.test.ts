import { describe, expect, it } from 'vitest';
import { cellId } from '#lib/core/ids.ts';
import type { SessionEvent } from './event.ts';
import { reduceSession, replaySession } from './reduce.ts';
import {
  after,
  asked,
  cell,
  died,
  ended,
  ready,
  run,
  s1,
  stamp,
  started,
  status,
  stream,
  texts,
} from './sample-events.ts';

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
