import { z } from 'zod';
import { type Cluster, clusterStateSchema, clusterWorkSchema } from '#lib/core/cluster/state.ts';
import type { ClusterEnvironment } from '#lib/core/cluster/template.ts';
import { faultSchema } from '#lib/core/fault.ts';
import { clusterId, principalId } from '#lib/core/ids.ts';
import { stepsSchema } from '#lib/core/steps.ts';
import { clusterKindSchema, type ClusterKind, type ClusterPlace } from '#lib/kinds/cluster/manifest.ts';
import type { Seal } from '#server/auth/seal.ts';
import type { ClusterRow } from '#server/db/schema.ts';
import { openEnvironment, sealEnvironment } from './sealed-environment.ts';

/** A cluster as it is kept: its life, and where it is when others run it. What a provider has launched the provider knows. */
export type StoredCluster = {
  readonly cluster: Cluster & { readonly kind: ClusterKind };
  /** null: launched from here. */
  readonly place: ClusterPlace | null;
  /** null: none, or sealed with another key file. */
  readonly token: string | null;
  /** For the workers of a launched one. */
  readonly environment: ClusterEnvironment;
};

const clusterSchema = z.object({
  id: z.string().transform(clusterId),
  kind: clusterKindSchema,
  label: z.string(),
  origin: z.enum(['launched', 'attached']),
  by: z.string().transform(principalId),
  state: clusterStateSchema,
  since: z.number(),
  size: z.object({ workers: z.number(), threads: z.number(), memoryBytes: z.number() }).nullable(),
  scaling: z.boolean(),
  steps: stepsSchema,
  fault: faultSchema.nullable(),
  idle: z.object({ minutes: z.number().nullable(), usedAt: z.number(), end: z.number().nullable() }),
  work: clusterWorkSchema.nullable(),
});
const placeSchema = z.object({ address: z.string(), dashboard: z.string() });

export function readRow(row: ClusterRow, seal: Seal): StoredCluster {
  return {
    cluster: clusterSchema.parse(JSON.parse(row.cluster)),
    place: row.place === null ? null : placeSchema.parse(JSON.parse(row.place)),
    token: row.sealed_token === null ? null : seal.open(row.sealed_token, contextOf(row.id)),
    environment: openEnvironment(row.sealed_environment, seal, contextOf(row.id)),
  };
}

export function writeRow(stored: StoredCluster, workspaceId: string, seal: Seal): ClusterRow {
  const { cluster, place, token, environment } = stored;
  return {
    id: cluster.id,
    workspace_id: workspaceId,
    cluster: JSON.stringify(cluster),
    place: place === null ? null : JSON.stringify(place),
    sealed_environment: sealEnvironment(environment, seal, contextOf(cluster.id)),
    sealed_token: token === null ? null : seal.seal(token, contextOf(cluster.id)),
  };
}

function contextOf(id: string): string {
  return `cluster|${id}`;
}
