import { z } from 'zod';
import { cellIdField, notebookIdField, replyOr } from './fields.ts';
import { up } from './message.ts';

/** A person's choice in a conflict: keep the cell as it is here, take the version from disk, or put that one into a new cell below. */
export const documentResolve = up({
  name: 'document.resolve',
  action: 'notebook.edit',
  request: z.object({ notebookId: notebookIdField, cellId: cellIdField, choice: z.enum(['ours', 'theirs', 'both']) }),
  reply: replyOr(z.object({})),
});
