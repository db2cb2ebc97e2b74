import { describe, expect, it } from 'vitest';
import type { SessionEvent } from './event.ts';
import { after, answered, asked, cell, ended, question, ready, s1, started, status } from './sample-events.ts';
import type { NotebookRunState } from './state.ts';

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
