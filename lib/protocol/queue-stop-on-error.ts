import { z } from 'zod';
import { notebookIdField, replyOr, sessionIdField } from './fields.ts';
import { up } from './message.ts';

/** Chooses whether an error cancels what waits behind it. */
export const queueStopOnError = up({
  name: 'queue.stopOnError',
  action: 'notebook.run',
  request: z.object({ notebookId: notebookIdField, sessionId: sessionIdField.optional(), stop: z.boolean() }),
  reply: replyOr(z.object({})),
});
