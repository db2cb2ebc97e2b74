import { z } from 'zod';
import { bytesField, epochIdField, notebookIdField, replyOr } from './fields.ts';
import { down, up } from './message.ts';

/** Edits of a browser. The acknowledgement comes when they are durable in the update log. */
export const documentUpdate = up({
  name: 'document.update',
  action: 'notebook.edit',
  request: z.object({ notebookId: notebookIdField, epoch: epochIdField, update: bytesField }),
  reply: replyOr(z.object({ durable: z.literal(true) })),
});

/** Edits of others, merged into the document. */
export const documentUpdated = down({
  name: 'document.updated',
  payload: z.object({ notebookId: notebookIdField, epoch: epochIdField, update: bytesField }),
});
