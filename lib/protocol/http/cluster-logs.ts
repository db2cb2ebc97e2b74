import { z } from 'zod';
import { clusterIdField } from '#lib/protocol/fields.ts';
import { route } from './route.ts';

const none = z.object({});
const ofLog = z.object({ id: clusterIdField, name: z.string().min(1).max(256) });

/** Times are ms since 1970. */
const happeningSchema = z.object({
  at: z.number(),
  /** When it was over; null: it has no length, or goes on. */
  until: z.number().nullable(),
  source: z.enum(['life', 'engine']),
  text: z.string(),
});
export type ClusterHappening = z.infer<typeof happeningSchema>;

export const listClusterLogs = route({
  method: 'GET',
  path: '/api/v1/clusters/:id/logs',
  summary: 'The logs of a cluster: that of its head first, then one for each worker. Also of one that has failed.',
  action: 'cluster.list',
  params: z.object({ id: clusterIdField }),
  query: none,
  body: none,
  reply: z.object({ logs: z.array(z.object({ name: z.string(), label: z.string() })) }),
});

export const readClusterLog = route({
  method: 'GET',
  path: '/api/v1/clusters/:id/logs/:name',
  summary: 'The last lines of a log of a cluster, or the last ones that have some words in them, in any case.',
  action: 'cluster.list',
  params: ofLog,
  query: z.object({
    lines: z.coerce.number().int().min(1).max(10_000).default(500),
    search: z.string().max(200).default(''),
  }),
  body: none,
  reply: z.object({
    /** Oldest first. */
    lines: z.array(z.string()),
    /** False when there are earlier ones. */
    complete: z.boolean(),
  }),
});

export const downloadClusterLog = route({
  method: 'GET',
  path: '/api/v1/clusters/:id/logs/:name/download',
  summary: 'The whole log of a cluster, as a file.',
  action: 'cluster.list',
  params: ofLog,
  query: none,
  body: none,
  reply: z.unknown(),
  bytes: true,
});

export const listClusterEvents = route({
  method: 'GET',
  path: '/api/v1/clusters/:id/events',
  summary: 'What has happened to a cluster: the steps of its life, and what its engine tells, oldest first.',
  action: 'cluster.list',
  params: z.object({ id: clusterIdField }),
  query: none,
  body: none,
  reply: z.object({ events: z.array(happeningSchema) }),
});
