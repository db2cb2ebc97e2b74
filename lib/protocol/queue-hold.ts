import { z } from 'zod';
import { notebookIdField, replyOr, sessionIdField } from './fields.ts';
import { up } from './message.ts';

/** Lets nothing leave the queue until it is released; the running cell goes on. */
export const queueHold = up({
  name: 'queue.hold',
  action: 'notebook.run',
  request: z.object({ notebookId: notebookIdField, sessionId: sessionIdField.optional() }),
  reply: replyOr(z.object({})),
});
