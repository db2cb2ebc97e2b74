import { z } from 'zod';
import { resourceSampleSchema } from '#lib/core/resource/sample.ts';
import { faultSchema } from '#lib/core/fault.ts';
import { bytesField, clusterIdField, replyOr, sessionIdField } from './fields.ts';
import { down, up } from './message.ts';

const targetField = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('kernel'), sessionId: sessionIdField }),
  z.object({ kind: z.literal('cluster'), clusterId: clusterIdField }),
]);

/** Follows what a target takes. Answers at once with what is known of the last hour; `resource.sampled` goes on from there. */
export const resourceWatch = up({
  name: 'resource.watch',
  action: 'resource.read',
  request: z.object({ target: targetField }),
  reply: replyOr(
    z.object({
      /** As lib/core/resource/packed-hour.ts reads them. */
      hour: z.object({ names: z.array(z.string()), times: bytesField, values: bytesField }),
      latest: resourceSampleSchema.nullable(),
    }),
  ),
});

/** Follows it no longer. */
export const resourceLeave = up({
  name: 'resource.leave',
  action: 'resource.read',
  request: z.object({ target: targetField }),
  reply: replyOr(z.object({})),
});

/** What a target takes now, or why that is not known. Never queued: a browser that is slow to take it does without. */
export const resourceSampled = down({
  name: 'resource.sampled',
  payload: z.object({ target: targetField, heard: z.union([faultSchema, resourceSampleSchema]) }),
});
