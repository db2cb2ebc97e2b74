import { z } from 'zod';
import { bytesField, notebookIdField, replyOr } from './fields.ts';
import { down, up } from './message.ts';

/** Cursor and selection of a browser (y-protocols awareness update). Never stored. */
export const documentAwareness = up({
  name: 'document.awareness',
  action: 'notebook.read',
  request: z.object({ notebookId: notebookIdField, update: bytesField }),
  reply: replyOr(z.object({})),
});

export const documentAwarenessChanged = down({
  name: 'document.awarenessChanged',
  payload: z.object({ notebookId: notebookIdField, update: bytesField }),
});
