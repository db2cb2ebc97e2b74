import { expect, it } from 'vitest';
import type { SessionState } from '#lib/core/session/state.ts';
import { movedWork } from './moved-work.ts';

type Part = { id?: string; kernelId?: string; cluster?: string | null; ran?: readonly string[]; death?: object | null };

const session = ({ id = 's1', kernelId = 'k1', cluster = null, ran = [], death = null }: Part): SessionState =>
  ({
    binding: { id, kernelId, displayName: 'Python', gatewayLabel: 'here' },
    cluster: cluster === null ? null : { id: cluster, kind: 'dask', label: cluster, reason: null },
    ran,
    death,
  }) as unknown as SessionState;

const ran = ['a', 'b'];

it.each<[string, Part, Part, object | null]>([
  ['to another kernel', { ran }, { id: 's2', kernelId: 'k2' }, { to: 'Python on here', cells: ran, sameKernel: false }],
  [
    'to another kernel with a cluster',
    { ran },
    { id: 's2', kernelId: 'k2', cluster: 'night' },
    { to: 'Python on here with night', cells: ran, sameKernel: false },
  ],
  [
    'to another cluster',
    { ran, cluster: 'day' },
    { ran, cluster: 'night' },
    { to: 'night', cells: ran, sameKernel: true },
  ],
  ['nothing had run', {}, { id: 's2', kernelId: 'k2' }, null],
  ['the first cluster', { ran }, { ran, cluster: 'night' }, null],
  ['a detached one', { ran, cluster: 'day' }, { ran }, null],
  ['a restart with another id', { ran }, { kernelId: 'k2' }, null],
  ['a kernel that died', { ran }, { id: 's2', kernelId: 'k2', death: {} }, null],
  ['a kernel in which something has run', { ran }, { id: 's2', kernelId: 'k2', ran: ['c'] }, null],
])('%s', (_, before, now, moved) => {
  expect(movedWork(session(before), session(now))).toEqual(moved);
});
