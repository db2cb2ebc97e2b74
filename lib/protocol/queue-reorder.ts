import { z } from 'zod';
import { notebookIdField, replyOr, runIdField, sessionIdField } from './fields.ts';
import { up } from './message.ts';

/** Whatever of `runIds` still waits runs first, in this order; the others keep theirs behind. Without `sessionId`: the first one. */
export const queueReorder = up({
  name: 'queue.reorder',
  action: 'notebook.run',
  request: z.object({
    notebookId: notebookIdField,
    sessionId: sessionIdField.optional(),
    runIds: z.array(runIdField).min(1).max(100_000),
  }),
  reply: replyOr(z.object({})),
});
