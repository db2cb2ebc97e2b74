import { z } from 'zod';
import { cellIdField, notebookIdField, replyOr } from './fields.ts';
import { up } from './message.ts';

/** Clears the outputs of cells (all when `cellIds` is absent). */
export const resultsClear = up({
  name: 'results.clear',
  action: 'notebook.edit',
  request: z.object({ notebookId: notebookIdField, cellIds: z.array(cellIdField).optional() }),
  reply: replyOr(z.object({})),
});
