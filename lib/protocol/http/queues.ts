import { z } from 'zod';
import { holdReasonSchema } from '#lib/core/session/event.ts';
import { runIdField, sessionIdField } from '#lib/protocol/fields.ts';
import { route } from './route.ts';
import { runViewSchema } from './runs.ts';

const none = z.object({});
const ofSession = z.object({ id: sessionIdField });

/** What runs and what waits in a session. */
export const queueViewSchema = z.object({
  sessionId: sessionIdField,
  running: runViewSchema.nullable(),
  /** In the order in which they will run. */
  waiting: z.array(runViewSchema),
  /** Why nothing leaves the queue; null while it goes on. */
  held: holdReasonSchema.nullable(),
  stopOnError: z.boolean(),
});

export const readQueue = route({
  method: 'GET',
  path: '/api/v1/sessions/:id/queue',
  summary: 'What runs and waits in a session, in order; whether the queue is held, and whether an error stops it.',
  action: 'notebook.read',
  params: ofSession,
  query: none,
  body: none,
  reply: queueViewSchema,
});

export const changeQueue = route({
  method: 'PUT',
  path: '/api/v1/sessions/:id/queue',
  summary:
    'Reorder, hold or release a queue, or choose whether an error stops it. Runs in `order` come first; what is left out of the body stays.',
  action: 'notebook.run',
  params: ofSession,
  query: none,
  body: z.object({
    order: z.array(runIdField).max(100_000).optional(),
    held: z.boolean().optional(),
    stopOnError: z.boolean().optional(),
  }),
  reply: queueViewSchema,
});

export const clearQueue = route({
  method: 'DELETE',
  path: '/api/v1/sessions/:id/queue',
  summary: 'Take everything that waits out of the queue; the running cell goes on.',
  action: 'notebook.run',
  params: ofSession,
  query: none,
  body: none,
  reply: queueViewSchema,
});
