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
  /** null: none, or locked. */
  readonly token: string | null;
  /** For the workers of a launched one; empty where it is locked. */
  readonly environment: ClusterEnvironment;
  /** What was sealed with another key file, as it lies in the database: it is kept. */
  readonly locked?: { readonly token: string | null; readonly environment: string | null };
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
  faultAt: z.number().optional(),
});
const placeSchema = z.object({ address: z.string(), dashboard: z.string() });

export function readRow(row: ClusterRow, seal: Seal): StoredCluster {
  const token = row.sealed_token === null ? null : seal.open(row.sealed_token, contextOf(row.id));
  const environment = openEnvironment(row.sealed_environment, seal, contextOf(row.id));
  return {
    cluster: clusterSchema.parse(JSON.parse(row.cluster)),
    place: row.place === null ? null : placeSchema.parse(JSON.parse(row.place)),
    token,
    environment: environment ?? {},
    locked: {
      token: token === null ? row.sealed_token : null,
      environment: environment === null ? row.sealed_environment : null,
    },
  };
}

export function writeRow(stored: StoredCluster, workspaceId: string, seal: Seal): ClusterRow {
  const { cluster, place, token, environment, locked } = stored;
  return {
    id: cluster.id,
    workspace_id: workspaceId,
    cluster: JSON.stringify(cluster),
    place: place === null ? null : JSON.stringify(place),
    sealed_environment: locked?.environment ?? sealEnvironment(environment, seal, contextOf(cluster.id)),
    sealed_token: token === null ? (locked?.token ?? null) : seal.seal(token, contextOf(cluster.id)),
  };
}

function contextOf(id: string): string {
  return `cluster|${id}`;
}
