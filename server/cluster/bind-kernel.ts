import { fault, type Fault } from '#lib/core/fault.ts';
import { clusterManifests, type ClusterPlace } from '#lib/kinds/cluster/manifest.ts';
import { type ClusterForKernel, hostAndPort } from '#server/session/cluster-directory.ts';
import type { Watched } from './look-at-cluster.ts';

/** How a kernel is told of a cluster that is ready; `place`: where it is, null when that is not known. */
export function bindKernel(
  { stored, launched }: Pick<Watched, 'stored' | 'launched'>,
  place: ClusterPlace | null,
): Fault | ClusterForKernel {
  const { cluster, token } = stored;
  const { id, kind, label } = cluster;
  const address = place === null ? null : hostAndPort(place.address);
  if (cluster.state !== 'ready' || place === null || address === null) return notReady(label);
  const keys = launched?.keys ?? (token === null ? {} : { token });
  const { bind, module } = clusterManifests[kind];
  const here = launched !== null;
  const known = { cluster: { id, kind, label }, address, module, here, packages: keys.packages ?? null };
  return { ...known, ...bind(place, keys) };
}

export function notReady(label: string): Fault {
  return fault('cluster.unreachable', `“${label}” is not ready.`, 'Wait until it is, or pick another.');
}
