import { z } from 'zod';
import { mimeBundleSchema } from '#lib/core/notebook/output.ts';
import { cellIdField, notebookIdField, runIdField } from './fields.ts';
import { down } from './message.ts';

/** What a run leaves beside its outputs. Not part of the log nor of the file. */
export const runPayloadSchema = z.discriminatedUnion('kind', [
  /** To be read in a pager: what `name?` and `%pinfo` answer. Untrusted: shown through lib/core/render alone. */
  z.object({ kind: z.literal('page'), data: mimeBundleSchema }),
  /** Text for a new code cell below, or in place of the cell's own. It is never run by itself. */
  z.object({ kind: z.literal('nextInput'), text: z.string(), replace: z.boolean() }),
  /** The code asked for something that a notebook here does not do. */
  z.object({ kind: z.literal('refused'), what: z.enum(['exit', 'edit']) }),
]);
export type RunPayload = z.infer<typeof runPayloadSchema>;

/** Sent once, to the pages of whoever asked for the run; the page that asked (which knows the run's id) acts on it. */
export const runPayloadMessage = down({
  name: 'run.payload',
  payload: z.object({
    notebookId: notebookIdField,
    runId: runIdField,
    cellId: cellIdField,
    payload: runPayloadSchema,
  }),
});
