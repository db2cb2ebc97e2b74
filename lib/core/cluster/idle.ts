import { idleEnd, idleStep } from '#lib/core/kernel/idle-policy.ts';
import type { ClusterEventOf } from './event.ts';
import type { Cluster, ReducedCluster } from './state.ts';

/** What was seen of the work longer ago than this says nothing about now: such a cluster is not known to be idle. */
const freshMs = 60_000;

/** When a cluster that nobody uses is stopped. Only one of ours, and only while it is known that nothing runs or waits. */
export function clusterIdleEnd({ state, origin, scaling, idle, work }: Cluster, now: number): number | null {
  if (origin !== 'launched' || work === null) return null;
  const known = state === 'ready' && !scaling && now - work.at <= freshMs;
  const working = work.running > 0 || work.queued > 0;
  return idleEnd([{ status: known ? 'idle' : 'unknown', working, usedAt: idle.usedAt }], idle.minutes);
}

/** An end is announced first and then kept to; any work in between takes it back. */
export function passTime(cluster: Cluster, { at }: ClusterEventOf<'TimePassed'>): ReducedCluster {
  const { idle } = cluster;
  const step = idleStep(clusterIdleEnd(cluster, at), at, idle.end, idle.minutes ?? 0);
  switch (step.do) {
    case 'nothing':
      return { cluster, effects: [] };
    case 'withdraw':
      return { cluster: { ...cluster, idle: { ...idle, end: null } }, effects: [] };
    case 'announce':
      return { cluster: { ...cluster, idle: { ...idle, end: step.end } }, effects: [] };
    case 'end':
      // A job may have come since it was last looked at: what was seen before the end says nothing of it.
      if (cluster.work === null || cluster.work.at < (idle.end ?? at)) return { cluster, effects: [] };
      return {
        cluster: { ...cluster, state: 'stopping', since: at, idle: { ...idle, end: null } },
        effects: [{ type: 'Stop', id: cluster.id }],
      };
  }
}

/** Somebody uses it, or wants it kept: what was announced is off. */
export function used(cluster: Cluster, at: number): Cluster {
  return { ...cluster, idle: { ...cluster.idle, usedAt: Math.max(cluster.idle.usedAt, at), end: null } };
}
