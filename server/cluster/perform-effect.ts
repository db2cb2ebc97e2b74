import type { ClusterEvent } from '#lib/core/cluster/event.ts';
import type { ClusterEffect } from '#lib/core/cluster/state.ts';
import { assertNever, fault, isFault, type Fault } from '#lib/core/fault.ts';
import type { ClusterPort } from '#server/kinds/cluster/port.ts';
import type { ClusterLaunch, LaunchedCluster, ProviderPort } from '#server/kinds/provider/port.ts';
import type { KnownCluster } from './cluster-view.ts';
import { isInstalling } from './engine-environments.ts';
import type { StartTimes } from './start-times.ts';

/** Events without their time and author, which are added by whoever takes them. */
export type Told = ClusterEvent extends infer Event
  ? Event extends ClusterEvent
    ? Omit<Event, 'at' | 'by'>
    : never
  : never;

/** A cluster with what speaks with it. */
export type Target = { -readonly [Key in keyof KnownCluster]: KnownCluster[Key] } & {
  readonly port: Fault | ClusterPort;
};

export type EffectParts = {
  readonly provider: ProviderPort;
  readonly startTimes: StartTimes;
  /** ms since 1970 */
  readonly now: () => number;
  /** Ends when what is known of the cluster is on disk. */
  readonly kept: () => Promise<void>;
  readonly take: (told: Told) => void;
};

/** Does what the reducer asks for, and tells what came of it. Throws what adapters and providers throw. */
export async function performEffect(effect: ClusterEffect, entry: Target, parts: EffectParts): Promise<void> {
  const { provider, take } = parts;
  const { id } = effect;
  const follow = { onReason: (text: string): void => take({ type: 'StepReached', text }) };
  switch (effect.type) {
    case 'Launch': {
      // On disk before anything runs: what a crash leaves is found by it.
      await parts.kept();
      // Called off before it has begun.
      if (entry.stored.cluster.state !== 'requested') return;
      return launched(entry, await launch(effect, entry, parts, follow), take);
    }
    case 'Adopt':
      return launched(entry, (await provider.adopt(id, follow)) ?? gone, take);
    case 'Check': {
      const checked = isFault(entry.port) ? entry.port : await entry.port.check();
      if (isFault(checked)) return take({ type: 'ClusterUnreachable', fault: checked });
      entry.distanceMs = checked.distanceMs;
      return take({ type: 'ClusterReady' });
    }
    case 'Scale': {
      const scaled = await provider.scale(id, effect.workers, follow);
      if (!isFault(scaled)) {
        entry.launched = scaled;
        return take({ type: 'ClusterScaled' });
      }
      return take(await failureOf(effect, scaled, provider));
    }
    case 'Stop':
      await provider.stop(id);
      return take({ type: 'ClusterStopped' });
    default:
      return assertNever(effect);
  }
}

/** What is told of an effect that came to nothing. */
export async function failureOf(effect: ClusterEffect, why: Fault, provider: ProviderPort): Promise<Told> {
  if (effect.type === 'Stop') return { type: 'StopFailed', fault: why };
  if (effect.type !== 'Scale') return { type: 'ClusterFailed', fault: why };
  const found = await provider.find(effect.id).catch(() => null);
  if (isFault(found)) return { type: 'ClusterFailed', fault: found };
  return found === null
    ? { type: 'ClusterFailed', fault: why }
    : { type: 'ScaleFailed', fault: why, workers: found.workers.length };
}

async function launch(
  { id, size }: Extract<ClusterEffect, { readonly type: 'Launch' }>,
  { stored: { cluster, environment } }: Target,
  { provider, startTimes, now }: EffectParts,
  follow: Required<Pick<ClusterLaunch, 'onReason'>>,
): Promise<Fault | LaunchedCluster> {
  const { kind } = cluster;
  let began = now();
  let installing = false;
  const onReason = (text: string): void => {
    // What is done once is no part of how long a start takes.
    if (installing) began = now();
    installing = isInstalling(text);
    follow.onReason?.(text);
  };
  const answer = await provider.launch({ id, kind, size, environment }, { onReason });
  // A figure for next time: one that cannot be kept is no reason against a cluster that is up.
  if (!isFault(answer)) await startTimes.measured({ kind, size, ms: now() - began }).catch(() => undefined);
  return answer;
}

function launched(entry: Target, answer: Fault | LaunchedCluster, take: EffectParts['take']): void {
  if (isFault(answer)) return take({ type: 'ClusterFailed', fault: answer });
  entry.launched = answer;
  take({ type: 'ClusterReady' });
}

const gone = fault('cluster.notFound', 'Nothing of this cluster is left on this machine.', 'Launch it again.');
