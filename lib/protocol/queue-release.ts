import { z } from 'zod';
import { notebookIdField, replyOr, sessionIdField } from './fields.ts';
import { up } from './message.ts';

/** Lets a held queue go on. */
export const queueRelease = up({
  name: 'queue.release',
  action: 'notebook.run',
  request: z.object({ notebookId: notebookIdField, sessionId: sessionIdField.optional() }),
  reply: replyOr(z.object({})),
});
