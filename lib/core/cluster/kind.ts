import { z } from 'zod';

/** The engines whose clusters can be attached or launched. */
export const clusterKindSchema = z.enum(['spark-standalone', 'spark-connect', 'dask', 'ray']);
export type ClusterKind = z.infer<typeof clusterKindSchema>;

/**
 * What can be done with a cluster. `describe`: its workers and its work; `metrics`: how loaded each worker is; `scale`: more
 * or fewer workers; `logs`, `events`: what it says by itself. The interface offers what is named and nothing else.
 */
export const clusterAbilitySchema = z.enum(['describe', 'start', 'stop', 'scale', 'metrics', 'events', 'logs']);
export type ClusterAbility = z.infer<typeof clusterAbilitySchema>;
