import { z } from 'zod';
import { clusterAbilitySchema, clusterKindSchema } from '#lib/core/cluster/kind.ts';
import { clusterPictureSchema } from '#lib/core/cluster/picture.ts';
import { clusterStateSchema, clusterWorkSchema } from '#lib/core/cluster/state.ts';
import {
  clusterLabelSchema,
  clusterSizeSchema,
  environmentSchema,
  idleMinutesSchema,
  variableNameSchema,
} from '#lib/core/cluster/template.ts';
import { faultSchema } from '#lib/core/fault.ts';
import { stepsSchema } from '#lib/core/steps.ts';
import { clusterIdField, sessionIdField } from '#lib/protocol/fields.ts';
import { route } from './route.ts';

const none = z.object({});
const ofCluster = z.object({ id: clusterIdField });

/** Times are ms since 1970. */
export const clusterViewSchema = z.object({
  id: clusterIdField,
  kind: clusterKindSchema,
  label: z.string(),
  origin: z.enum(['launched', 'attached']),
  /** Who launched or attached it. */
  by: z.string(),
  state: clusterStateSchema,
  since: z.number(),
  /** Null where others decide that. */
  size: clusterSizeSchema.nullable(),
  /** It is on its way to `size`. */
  scaling: z.boolean(),
  /** What is waited for, or was, while it starts, grows or stops. */
  steps: stepsSchema,
  /** Why it failed, cannot be reached, or did not do what was last asked of it. */
  fault: faultSchema.nullable(),
  /** `end`: when it is stopped for want of use, as was announced. */
  idle: z.object({ minutes: z.number().nullable(), usedAt: z.number(), end: z.number().nullable() }),
  work: clusterWorkSchema.nullable(),
  /** What can be done with it. */
  abilities: z.array(clusterAbilitySchema).readonly(),
  /** For kernels, in the engine's own spelling; null: not up yet. */
  address: z.string().nullable(),
  /** Time of the last check there and back; null: launched from here, or not measured yet. */
  distanceMs: z.number().nullable(),
  /** What it last told of itself, and when. */
  seen: z.object({ picture: clusterPictureSchema, at: z.number() }).nullable(),
  /** Names of the environment variables of its workers. Values are never part of an answer. */
  environment: z.array(variableNameSchema),
  /** What the last start of this engine and size took; null: never measured. */
  lastStartMs: z.number().nullable(),
  /** Notebooks whose kernels are told of it. */
  notebooks: z.array(z.object({ path: z.string(), sessionId: sessionIdField })).readonly(),
});
export type ClusterView = z.infer<typeof clusterViewSchema>;

/** What this server can do with a kind. */
const kindOfferSchema = z.object({ kind: clusterKindSchema, attach: z.boolean(), launch: z.boolean() });

/** Where clusters are launched. Bytes. */
export const machineSchema = z.object({ cores: z.number(), memoryBytes: z.number(), freeDiskBytes: z.number() });

export const clusterStartSchema = z.object({ kind: clusterKindSchema, size: clusterSizeSchema, ms: z.number() });
export type ClusterStart = z.infer<typeof clusterStartSchema>;

export const listClusters = route({
  method: 'GET',
  path: '/api/v1/clusters',
  summary: 'Clusters that were launched or attached, what can be launched here, and how long starts have taken.',
  action: 'cluster.list',
  params: none,
  query: none,
  body: none,
  reply: z.object({
    clusters: z.array(clusterViewSchema),
    kinds: z.array(kindOfferSchema),
    machine: machineSchema,
    /** The last start of each engine and size. */
    starts: z.array(clusterStartSchema),
  }),
});

export const readCluster = route({
  method: 'GET',
  path: '/api/v1/clusters/:id',
  summary: 'One cluster: its life with what it waits for, its newest picture, and the notebooks bound to it.',
  action: 'cluster.list',
  params: ofCluster,
  query: none,
  body: none,
  reply: clusterViewSchema,
});

/** What is left out is as in the template; without a template, kind and size must be there. */
export const launchFormSchema = z.object({
  templateId: z.string().max(64).optional(),
  kind: clusterKindSchema.optional(),
  label: clusterLabelSchema.optional(),
  size: clusterSizeSchema.optional(),
  idleMinutes: idleMinutesSchema.optional(),
  /** Added to those of the template. */
  environment: environmentSchema.optional(),
});
export type LaunchClusterForm = z.infer<typeof launchFormSchema>;

export const launchCluster = route({
  method: 'POST',
  path: '/api/v1/clusters',
  summary: 'Launch a cluster from a template, or by kind and size. Answers at once; its steps say how it goes.',
  action: 'cluster.launch',
  params: none,
  query: none,
  body: launchFormSchema,
  reply: clusterViewSchema,
});

export const attachFormSchema = z.object({
  kind: clusterKindSchema,
  /** The host of the address when it is left out. */
  label: clusterLabelSchema.optional(),
  /** For kernels, in the engine's own spelling. */
  address: z.string().min(1).max(512),
  /** Base URL of what tells about the cluster. */
  dashboard: z.string().max(2048).default(''),
  token: z.string().max(16_384).optional(),
});
export type AttachClusterForm = z.input<typeof attachFormSchema>;

export const attachCluster = route({
  method: 'POST',
  path: '/api/v1/clusters/attach',
  summary: 'Test a cluster that others run and, when it answers as one, keep it. Its token is sealed at rest.',
  action: 'cluster.attach',
  params: none,
  query: none,
  body: attachFormSchema,
  reply: clusterViewSchema,
});

export const stopCluster = route({
  method: 'DELETE',
  path: '/api/v1/clusters/:id',
  summary: 'Stop a cluster, or call its start off; remove one that failed, with its logs; let go of an attached one.',
  action: 'cluster.control',
  params: ofCluster,
  query: none,
  body: none,
  reply: none,
});

export const scaleCluster = route({
  method: 'PUT',
  path: '/api/v1/clusters/:id/size',
  summary: 'More workers, or fewer. Where running work would be hit it is refused, unless `evenIfBusy`.',
  action: 'cluster.control',
  params: ofCluster,
  query: none,
  body: z.object({ workers: clusterSizeSchema.shape.workers, evenIfBusy: z.boolean().default(false) }),
  reply: clusterViewSchema,
});

export const keepCluster = route({
  method: 'POST',
  path: '/api/v1/clusters/:id/keep',
  summary: 'This cluster counts as used now: it is not stopped for want of use until the time is over anew.',
  action: 'cluster.control',
  params: ofCluster,
  query: none,
  body: none,
  reply: clusterViewSchema,
});

export const setClusterIdle = route({
  method: 'PUT',
  path: '/api/v1/clusters/:id/idle',
  summary: 'After how many minutes without work a cluster is stopped; null: never.',
  action: 'cluster.control',
  params: ofCluster,
  query: none,
  body: z.object({ minutes: idleMinutesSchema }),
  reply: clusterViewSchema,
});

export const checkCluster = route({
  method: 'POST',
  path: '/api/v1/clusters/:id/check',
  summary: 'Ask an attached cluster, or one that cannot be reached, again. Answers at once.',
  action: 'cluster.control',
  params: ofCluster,
  query: none,
  body: none,
  reply: clusterViewSchema,
});

export const relaunchCluster = route({
  method: 'POST',
  path: '/api/v1/clusters/:id/relaunch',
  summary:
    'Launch a failed cluster again, in the same way and under another id. The failed one stays until it is removed.',
  action: 'cluster.launch',
  params: ofCluster,
  query: none,
  body: none,
  reply: clusterViewSchema,
});
