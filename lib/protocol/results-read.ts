import { z } from 'zod';
import { outputSchema } from '#lib/core/notebook/output.ts';
import { cellIdField, cursorField, notebookIdField, replyOr } from './fields.ts';
import { up } from './message.ts';

/**
 * The outputs of cells, as they are at the cursor `at`: everything before it has been sent to this follower. Cells come in
 * the order asked for; where they are large together, those at the end are left out and can be asked for again.
 */
export const resultsRead = up({
  name: 'results.read',
  action: 'notebook.read',
  request: z.object({ notebookId: notebookIdField, cellIds: z.array(cellIdField).min(1).max(256) }),
  reply: replyOr(
    z.object({
      at: cursorField,
      cells: z.array(z.object({ cellId: cellIdField, outputs: z.array(outputSchema) })),
    }),
  ),
});
