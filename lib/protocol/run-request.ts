import { z } from 'zod';
import { bytesField, cellIdField, notebookIdField, replyOr, runIdField, sessionIdField } from './fields.ts';
import { up } from './message.ts';

/**
 * Runs cells by id, in the given order. The server waits until its document has `stateVector` and reads the sources
 * from it: what runs is what is in the document. Without `sessionId` the notebook's first session is meant.
 */
export const runRequest = up({
  name: 'run.request',
  action: 'notebook.run',
  request: z.object({
    notebookId: notebookIdField,
    cellIds: z.array(cellIdField).min(1),
    sessionId: sessionIdField.optional(),
    stateVector: bytesField,
  }),
  reply: replyOr(z.object({ runIds: z.array(runIdField) })),
});
