import { z } from 'zod';
import { documentStateSchema } from './document-state.ts';
import { notebookIdField, replyOr } from './fields.ts';
import { up } from './message.ts';

/** Saves now instead of after the quiet time; `recreate` writes a file that was deleted outside. Answers the state after the save. */
export const documentSave = up({
  name: 'document.save',
  action: 'notebook.edit',
  request: z.object({ notebookId: notebookIdField, recreate: z.boolean().optional() }),
  reply: replyOr(z.object({ state: documentStateSchema })),
});
