import { z } from 'zod';
import { clusterIdField, sessionIdField } from '#lib/protocol/fields.ts';
import { sessionViewSchema } from './kernels.ts';
import { route } from './route.ts';

const onSession = z.object({ id: sessionIdField });

export const bindCluster = route({
  method: 'PUT',
  path: '/api/v1/sessions/:id/cluster',
  summary: 'Attach the kernel of a session to a cluster, or with null to none: its code finds it without an address.',
  action: 'kernel.control',
  params: onSession,
  query: z.object({}),
  body: z.object({ clusterId: clusterIdField.nullable() }),
  reply: sessionViewSchema,
});

export const reachClusters = route({
  method: 'POST',
  path: '/api/v1/sessions/:id/reach',
  summary: 'Ask the kernel of a session which clusters it reaches; of the others, why not.',
  action: 'kernel.control',
  params: onSession,
  query: z.object({}),
  body: z.object({ clusterIds: z.array(clusterIdField).max(64) }),
  reply: z.object({
    clusters: z.array(z.object({ id: clusterIdField, reason: z.string().nullable() })),
  }),
});
