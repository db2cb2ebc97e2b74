import { z } from 'zod';
import { notebookIdField, replyOr, runIdField } from './fields.ts';
import { up } from './message.ts';

/** Takes waiting runs out of the queue (all waiting ones when `runIds` is absent). A running one is interrupted, not cancelled. */
export const runCancel = up({
  name: 'run.cancel',
  action: 'notebook.run',
  request: z.object({ notebookId: notebookIdField, runIds: z.array(runIdField).optional() }),
  reply: replyOr(z.object({ cancelled: z.number() })),
});
