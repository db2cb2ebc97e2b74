import { z } from 'zod';
import { runOutcomeSchema } from '#lib/core/session/event.ts';
import { cellIdField, pathField, requestIdField, runIdField, sessionIdField } from '#lib/protocol/fields.ts';
import { route } from './route.ts';

const none = z.object({});

export const runViewSchema = z.object({
  id: runIdField,
  path: z.string(),
  cellId: cellIdField,
  sessionId: sessionIdField,
  state: z.enum(['queued', 'running', 'ok', 'error', 'cancelled', 'lost']),
  outcome: runOutcomeSchema.nullable(),
  reason: z.string().nullable(),
  queuedAt: z.number(),
  startedAt: z.number().nullable(),
  finishedAt: z.number().nullable(),
});

export const requestRuns = route({
  method: 'POST',
  path: '/api/v1/runs',
  summary: 'Run cells of a notebook by id, or all its code cells in order.',
  action: 'notebook.run',
  params: none,
  query: none,
  body: z.object({
    path: pathField,
    cellIds: z.array(cellIdField).min(1).optional(),
    sessionId: sessionIdField.optional(),
    /** Also cells that are running as they are: once more afterwards. */
    again: z.boolean().optional(),
    /** The same request sent again, with the same id, runs nothing twice. */
    requestId: requestIdField.optional(),
  }),
  /** `alreadyRunning`: cells that run just now with the source they have, and were not queued again. */
  reply: z.object({ runs: z.array(runViewSchema), alreadyRunning: z.array(cellIdField) }),
});

export const listRuns = route({
  method: 'GET',
  path: '/api/v1/runs',
  summary: 'Waiting, running and last finished runs of a notebook.',
  action: 'notebook.read',
  params: none,
  query: z.object({ path: pathField }),
  body: none,
  reply: z.object({ runs: z.array(runViewSchema) }),
});

export const cancelRun = route({
  method: 'DELETE',
  path: '/api/v1/runs/:id',
  summary: 'Take a waiting run out of the queue; a running one is interrupted, and what waits behind it is held.',
  action: 'notebook.run',
  params: z.object({ id: runIdField }),
  query: z.object({ path: pathField }),
  body: none,
  reply: none,
});
