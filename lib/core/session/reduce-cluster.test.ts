import { expect, it } from 'vitest';
import { clusterId } from '#lib/core/ids.ts';
import type { SessionEvent } from './event.ts';
import { rebuildEvents } from './rebuild.ts';
import { replaySession } from './reduce.ts';
import { after, ready, s1, stamp, status } from './sample-events.ts';
import { emptyRunState } from './state.ts';

const cluster = { id: clusterId('c'), kind: 'dask', label: 'Dask' } as const;
const bind = (more: object = {}): SessionEvent => ({ type: 'ClusterBound', ...stamp, sessionId: s1, cluster, ...more });
const renewed: SessionEvent = { type: 'KernelRenewed', ...stamp, sessionId: s1 };

it.each<[string, SessionEvent[], object | null]>([
  ['none at first', [], null],
  ['one that it knows', [bind()], { ...cluster, reason: null }],
  ['one that it does not know yet', [bind({ reason: 'far' })], { ...cluster, reason: 'far' }],
  ['the same after a restart', [bind(), status('restarting'), renewed, status('idle')], { ...cluster, reason: null }],
  ['none when it is detached', [bind(), bind({ cluster: null })], null],
])('the cluster of a session: %s', (_, events, expected) => {
  const state = after(...ready, ...events);
  expect(state.sessions.get(s1)?.cluster).toEqual(expected);
  const again = replaySession(emptyRunState, rebuildEvents(state, stamp.by, 9));
  expect(again.sessions.get(s1)?.cluster).toEqual(expected);
});
