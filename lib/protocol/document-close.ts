import { z } from 'zod';
import { notebookIdField, replyOr } from './fields.ts';
import { up } from './message.ts';

/** Stops following a notebook. Its kernel and its runs go on. */
export const documentClose = up({
  name: 'document.close',
  action: 'notebook.read',
  request: z.object({ notebookId: notebookIdField }),
  reply: replyOr(z.object({})),
});
