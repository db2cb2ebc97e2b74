import { z } from 'zod';
import { documentStateSchema } from './document-state.ts';
import { bytesField, epochIdField, notebookIdField, pathField, replyOr } from './fields.ts';
import { up } from './message.ts';

/**
 * Opens a notebook and follows it. A returning client names the epoch it has and its state vector; when the epoch is
 * still the same it gets only what it misses, else the whole document and re-bases its unsent edits.
 */
export const documentOpen = up({
  name: 'document.open',
  action: 'notebook.read',
  request: z.object({ path: pathField, epoch: epochIdField.optional(), stateVector: bytesField.optional() }),
  reply: replyOr(
    z.discriminatedUnion('kind', [
      z.object({
        kind: z.literal('notebook'),
        notebookId: notebookIdField,
        epoch: epochIdField,
        /** Yjs update: what the client lacks. */
        update: bytesField,
        /** The server's state vector: the client sends back what the server lacks as `document.update`. */
        stateVector: bytesField,
        state: documentStateSchema,
        /** The epoch id is not the one the client named: re-base. */
        rebase: z.boolean(),
      }),
      /** Not a readable notebook: shown as text with the position of the fault; nothing was written. */
      z.object({
        kind: z.literal('text'),
        path: z.string(),
        /** The file's text; null when it is not UTF-8 text at all. */
        text: z.string().nullable(),
        /** SHA-256 of the file's bytes, hex: the write condition for a repair. */
        hash: z.string(),
        problem: z.object({ message: z.string(), line: z.number(), column: z.number(), offset: z.number() }),
        /** A repaired text, where one could be derived, and what the repair does in one sentence. */
        repair: z.object({ text: z.string(), description: z.string() }).nullable(),
      }),
    ]),
  ),
});
