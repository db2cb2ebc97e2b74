import { fault, type Fault } from '#lib/core/fault.ts';
import type { ClusterPlace } from '#lib/kinds/cluster/manifest.ts';
import type { ClusterEndpoint } from '#server/kinds/cluster/port.ts';
import type { KnownCluster } from './cluster-view.ts';

/** Where a cluster tells of itself, and what lets us in; `cluster.refused`: what would let us in cannot be read. */
export function findEndpoint(known: Pick<KnownCluster, 'stored' | 'launched'>): Fault | ClusterEndpoint {
  const { stored, launched } = known;
  const place = placeOf(known);
  if (place === null) return fault('cluster.notFound', 'It is not known where this cluster is.', 'Launch another one.');
  if (launched !== null) return { dashboard: place.dashboard, headers: launched.headers };
  return stored.locked?.token == null
    ? endpointOf(place, stored.token)
    : sealedElsewhere('token', stored.cluster.label);
}

export function endpointOf({ dashboard }: ClusterPlace, token: string | null): ClusterEndpoint {
  return { dashboard, headers: token === null ? {} : { Authorization: `Bearer ${token}` } };
}

/** Null: it has not said so yet. */
export function placeOf({ stored, launched }: Pick<KnownCluster, 'stored' | 'launched'>): ClusterPlace | null {
  return launched?.place ?? stored.place;
}

/** What was sealed with another key file is kept for the day that it is back. `otherwise`: what to do where it is lost. */
export function sealedElsewhere(
  what: string,
  label: string,
  otherwise = 'remove the cluster and enter it anew',
): Fault {
  return fault(
    'cluster.refused',
    `The ${what} of “${label}” was sealed with another key file than the seal.key that this server has now.`,
    `Put that seal.key back into the state folder and start the server again, or ${otherwise}.`,
  );
}
