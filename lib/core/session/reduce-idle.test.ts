import { describe, expect, it } from 'vitest';
import type { SessionEvent } from './event.ts';
import { after, asked, ready, run, s1, stamp } from './sample-events.ts';

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
