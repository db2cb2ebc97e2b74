import { z } from 'zod';
import {
  bytesField,
  cellIdField,
  notebookIdField,
  replyOr,
  requestIdField,
  runIdField,
  sessionIdField,
} from './fields.ts';
import { up } from './message.ts';

/**
 * Runs cells by id, in the given order. The server waits until its document has `stateVector` and reads the sources
 * from it: what runs is what is in the document. Without `sessionId` the notebook's first session is meant.
 *
 * A press that comes twice runs nothing twice: a cell that waits keeps its place, one that runs with the source it has is
 * queued again only with `again`, and a request whose answer was lost may be sent again under its `requestId`.
 */
export const runRequest = up({
  name: 'run.request',
  action: 'notebook.run',
  request: z.object({
    notebookId: notebookIdField,
    cellIds: z.array(cellIdField).min(1),
    sessionId: sessionIdField.optional(),
    stateVector: bytesField,
    requestId: requestIdField.optional(),
    again: z.boolean().optional(),
  }),
  reply: replyOr(z.object({ runIds: z.array(runIdField), alreadyRunning: z.array(cellIdField) })),
});
