import { assertNever, fault, type Fault } from '#lib/core/fault.ts';
import { closeSteps, reachStep } from '#lib/core/steps.ts';
import type { ClusterEvent, ClusterEventOf } from './event.ts';
import { passTime, used } from './idle.ts';
import { type Cluster, type ClusterEffect, type ClusterState, isClusterOver, type ReducedCluster } from './state.ts';

/**
 * The life of one cluster. Pure: whoever owns the cluster performs the effects and answers each with an event. An event
 * that comes late, for a state that is over, changes nothing and returns the very same cluster.
 */
export function reduceCluster(cluster: Cluster | null, event: ClusterEvent): ReducedCluster {
  if (event.type === 'ClusterRequested' || event.type === 'ClusterAttached') return begin(event);
  if (cluster === null || cluster.state === 'stopped') return same(cluster);
  const { id, state } = cluster;
  switch (event.type) {
    case 'StepReached':
      return isClusterOver(cluster) ? same(cluster) : step(cluster, event);
    case 'ClusterReady':
      return isStarting(state) || state === 'unreachable' ? same(ready(cluster, event.at)) : same(cluster);
    case 'ClusterFailed':
      // One that is being stopped ends anyway, and nobody waits for its reason.
      return isClusterOver(cluster) || state === 'stopping'
        ? same(cluster)
        : same({ ...turn(cluster, 'failed', event.at), fault: event.fault, scaling: false });
    case 'ClusterUnreachable':
      return state === 'checking' || state === 'ready' || state === 'unreachable'
        ? same({ ...turn(cluster, 'unreachable', event.at), fault: event.fault, work: null })
        : same(cluster);
    case 'CheckRequested':
      if (state !== 'unreachable' && !(state === 'ready' && cluster.origin === 'attached')) return same(cluster);
      return { cluster: turn(cluster, 'checking', event.at), effects: [{ type: 'Check', id }] };
    case 'ScaleRequested':
      return requestScale(cluster, event);
    case 'ClusterScaled':
      return cluster.scaling
        ? same({ ...used(cluster, event.at), scaling: false, steps: closeSteps(cluster.steps, event.at) })
        : same(cluster);
    case 'ScaleFailed':
      return failScale(cluster, event);
    case 'WorkSeen':
      return state === 'ready' ? same(seeWork(cluster, event)) : same(cluster);
    case 'IdlePolicySet':
      return same({ ...cluster, idle: { ...cluster.idle, minutes: event.minutes, end: null } });
    case 'KeepRequested':
      return state === 'ready' ? same(used(cluster, event.at)) : same(cluster);
    case 'TimePassed':
      return passTime(cluster, event);
    case 'StopRequested':
      return state === 'stopping' ? same(cluster) : stop(cluster, event.at);
    case 'ClusterStopped':
      return same({ ...turn(cluster, 'stopped', event.at), scaling: false, work: null });
    case 'StopFailed':
      return state === 'stopping' ? same({ ...turn(cluster, 'failed', event.at), fault: event.fault }) : same(cluster);
    case 'ServerRestarted':
      return restart(cluster, event.at);
    default:
      return assertNever(event);
  }
}

const same = (cluster: Cluster | null): ReducedCluster => ({ cluster, effects: [] });

const isStarting = (state: ClusterState): boolean =>
  state === 'requested' || state === 'provisioning' || state === 'checking';

function begin(event: ClusterEventOf<'ClusterRequested' | 'ClusterAttached'>): ReducedCluster {
  const { id, kind, label, by, at } = event;
  const asked = event.type === 'ClusterRequested';
  const cluster: Cluster = {
    id,
    kind,
    label,
    by,
    origin: asked ? 'launched' : 'attached',
    state: asked ? 'requested' : 'checking',
    since: at,
    size: asked ? event.size : null,
    scaling: false,
    steps: [],
    fault: null,
    idle: { minutes: asked ? event.idleMinutes : null, usedAt: at, end: null },
    work: null,
  };
  return { cluster, effects: [asked ? { type: 'Launch', id, size: event.size } : { type: 'Check', id }] };
}

function step(cluster: Cluster, { text, at }: ClusterEventOf<'StepReached'>): ReducedCluster {
  const steps = reachStep(cluster.steps, text, at);
  if (cluster.state === 'requested') return same({ ...turn(cluster, 'provisioning', at), steps });
  return same(steps === cluster.steps ? cluster : { ...cluster, steps });
}

function ready(cluster: Cluster, at: number): Cluster {
  return { ...used(turn(cluster, 'ready', at), at), fault: null, faultAt: undefined };
}

/** How long it is told that a size was refused, while all is well. */
const toldMs = 60_000;

function seeWork(cluster: Cluster, { running, queued, at, asOf = at }: ClusterEventOf<'WorkSeen'>): Cluster {
  const isOver = cluster.faultAt !== undefined && at - cluster.faultAt >= toldMs;
  const well = isOver ? { ...cluster, fault: null, faultAt: undefined } : cluster;
  const seen = { ...well, work: { running, queued, at: asOf } };
  return running > 0 || queued > 0 ? used(seen, asOf) : seen;
}

function requestScale(cluster: Cluster, event: ClusterEventOf<'ScaleRequested'>): ReducedCluster {
  const { id, size } = cluster;
  const { workers, evenIfBusy, at } = event;
  // While it is on its way to another size the engine's list of workers is in motion: one request after the other.
  // The size that it has may be asked for, too: workers that have died are started anew.
  if (cluster.state !== 'ready' || size === null || cluster.scaling) return same(cluster);
  if (!evenIfBusy && hitsWork(cluster, workers, at) !== null) return same(cluster);
  return {
    cluster: { ...used(cluster, at), size: { ...size, workers }, scaling: true, fault: null, faultAt: undefined },
    effects: [{ type: 'Scale', id, workers }],
  };
}

/** What was seen of the work longer ago says nothing of now. */
const knownMs = 15_000;

/** Why somebody is asked before a cluster gets smaller; null: what runs goes on with so many workers. */
export function hitsWork({ size, work }: Cluster, workers: number, now: number): Fault | null {
  if (size === null || workers >= size.workers) return null;
  const isKnown = work !== null && now - work.at <= knownMs;
  if (isKnown && work.running <= workers * size.threads) return null;
  const why = isKnown
    ? `${work.running} tasks run, and ${workers * size.threads} could go on with ${workers} worker${workers === 1 ? '' : 's'}.`
    : 'What runs there now is not known.';
  return fault('cluster.busy', why, 'Shrink it all the same: the others start again elsewhere. Or wait.');
}

function failScale(cluster: Cluster, event: ClusterEventOf<'ScaleFailed'>): ReducedCluster {
  const { size } = cluster;
  if (!cluster.scaling || size === null) return same(cluster);
  const steps = closeSteps(cluster.steps, event.at);
  return same({
    ...cluster,
    size: { ...size, workers: event.workers },
    scaling: false,
    fault: event.fault,
    faultAt: event.at,
    steps,
  });
}

function stop(cluster: Cluster, at: number): ReducedCluster {
  // One that others run is only let go of.
  if (cluster.origin === 'attached') return same(turn(cluster, 'stopped', at));
  return {
    cluster: { ...turn(cluster, 'stopping', at), scaling: false, idle: { ...cluster.idle, end: null } },
    effects: [{ type: 'Stop', id: cluster.id }],
  };
}

/** What was begun is found again, and what was to end is ended; nothing is believed of what was known of the work. */
function restart(cluster: Cluster, at: number): ReducedCluster {
  const { id, state } = cluster;
  if (state === 'failed') return same(cluster);
  const known: Cluster = { ...cluster, scaling: false, work: null, idle: { ...cluster.idle, end: null } };
  const go = (next: ClusterState, effect: ClusterEffect): ReducedCluster => ({
    cluster: turn(known, next, at),
    effects: [effect],
  });
  if (state === 'stopping') return go('stopping', { type: 'Stop', id });
  if (cluster.origin === 'attached') return go('checking', { type: 'Check', id });
  return go('provisioning', { type: 'Adopt', id });
}

/** In another state: what it waited for before is over. */
function turn(cluster: Cluster, state: ClusterState, at: number): Cluster {
  const steps = closeSteps(cluster.steps, at);
  return cluster.state === state ? { ...cluster, steps } : { ...cluster, state, since: at, steps };
}
