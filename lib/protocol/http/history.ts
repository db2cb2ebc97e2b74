import { z } from 'zod';
import type { PrincipalId } from '#lib/core/ids.ts';
import { outputSchema } from '#lib/core/notebook/output.ts';
import { runOutcomeSchema } from '#lib/core/session/event.ts';
import { cellIdField, gatewayIdField, pathField, runIdField } from '#lib/protocol/fields.ts';
import { route } from './route.ts';

const none = z.object({});

/** A run as the ledger lists it. Times are ms since 1970. */
export const pastRunSchema = z.object({
  id: runIdField,
  cellId: cellIdField,
  by: z.custom<PrincipalId>((value) => typeof value === 'string'),
  /** Where it ran; null where that is not known. */
  gatewayId: gatewayIdField.nullable(),
  gatewayLabel: z.string().nullable(),
  kernelLabel: z.string().nullable(),
  language: z.string().nullable(),
  queuedAt: z.number(),
  startedAt: z.number().nullable(),
  finishedAt: z.number().nullable(),
  /** null while it runs. */
  outcome: runOutcomeSchema.nullable(),
  reason: z.string().nullable(),
  executionCount: z.number().nullable(),
  /** Beginning of its code. */
  firstLine: z.string(),
  /** Outputs at its end that were too large to be kept. */
  outputsLeft: z.number(),
});
export type PastRun = z.infer<typeof pastRunSchema>;

export const listHistory = route({
  method: 'GET',
  path: '/api/v1/history',
  summary: 'Every run of a notebook or of one of its cells, the newest first, in pages.',
  action: 'history.read',
  params: none,
  query: z.object({
    path: pathField,
    cellId: cellIdField.optional(),
    outcome: runOutcomeSchema.optional(),
    by: z.string().max(128).optional(),
    /** The `next` of the page before. */
    after: z.string().max(200).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  body: none,
  reply: z.object({ runs: z.array(pastRunSchema), next: z.string().nullable(), authors: z.array(z.string()) }),
});

export const readRun = route({
  method: 'GET',
  path: '/api/v1/history/:id',
  summary: 'A run with the code that was sent and what it gave. Large images are named by address.',
  action: 'history.read',
  params: z.object({ id: runIdField }),
  query: none,
  body: none,
  reply: z.object({
    run: pastRunSchema,
    /** null when nothing was sent. */
    source: z.string().nullable(),
    outputs: z.array(outputSchema),
    /** Outputs that are kept, but too large for this answer. */
    outputsHeld: z.number(),
  }),
});

export const readRunImage = route({
  method: 'GET',
  path: '/api/v1/history/:id/images/:hash',
  summary: 'An image among the outputs of a past run, named by the hash of its content.',
  action: 'history.read',
  params: z.object({ id: runIdField, hash: z.string().regex(/^[0-9a-f]{32}$/) }),
  query: none,
  body: none,
  reply: z.unknown(),
  bytes: true,
});

export const downloadRunText = route({
  method: 'GET',
  path: '/api/v1/history/:id/outputs/:output/text',
  summary: 'The whole text that a past run wrote, as a file: the output of this place, from 0. Takes a range of bytes.',
  action: 'history.read',
  params: z.object({
    id: runIdField,
    output: z
      .string()
      .regex(/^\d{1,9}$/)
      .transform(Number),
  }),
  query: none,
  body: none,
  reply: z.unknown(),
  bytes: true,
});

export const eraseHistory = route({
  method: 'DELETE',
  path: '/api/v1/history',
  summary: 'Forget every ended run of a notebook. Its cells keep their outputs.',
  action: 'history.erase',
  params: none,
  query: z.object({ path: pathField }),
  body: none,
  reply: z.object({ runs: z.number() }),
});
