import { expect, it } from 'vitest';
import type { SessionEvent, SessionEventOf } from './event.ts';
import { rebuildEvents } from './rebuild.ts';
import { replaySession } from './reduce.ts';
import { bound, s1, stamp } from './sample-events.ts';
import { emptyRunState } from './state.ts';

const id = s1;
const heard = (n: number, more: Partial<SessionEventOf<'KernelHeard'>> = {}): SessionEvent => ({
  type: 'KernelHeard',
  ...stamp,
  sessionId: id,
  n,
  ...more,
});
const aside = { aside: true } as const;
const foreign = { foreign: true } as const;
const first = { prefix: 'k_1' };

it.each([
  ['in order', [heard(5, first), heard(6), heard(7)], { to: 7, beyond: [], own: [{ from: 5, to: 7 }] }],
  [
    'a reply before what was said before it, and one after',
    [heard(5, first), heard(8, aside), heard(6), heard(9), heard(7, aside)],
    { to: 9, beyond: [], own: [{ from: 5, to: 9 }] },
  ],
  [
    'what other sessions may need',
    [
      heard(5, { ...first, ...foreign }),
      heard(6),
      heard(7, foreign),
      heard(9, { ...aside, ...foreign }),
      heard(10, aside),
    ],
    {
      to: 7,
      beyond: [9, 10],
      own: [
        { from: 6, to: 6 },
        { from: 10, to: 10 },
      ],
    },
  ],
])('notes what was heard, and says the same in a snapshot: %s', (_, events, expected) => {
  const state = replaySession(emptyRunState, [bound(), ...events]);
  expect(state.sessions.get(id)?.heard).toEqual([{ prefix: 'k_1', ...expected }]);
  expect(replaySession(emptyRunState, rebuildEvents(state, stamp.by, 2)).sessions).toEqual(state.sessions);
});

it('keeps a bound', () => {
  const events = Array.from({ length: 1_000 }, (_, at) => heard(3 * at, { ...first, ...(at % 2 ? aside : {}) }));
  const [kept] = replaySession(emptyRunState, [bound(), ...events]).sessions.get(id)?.heard ?? [];
  expect([kept?.own.length, kept?.own.at(-1)?.to]).toEqual([32, 2_997]);
});
