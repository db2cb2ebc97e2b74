import { z } from 'zod';
import { launchSchema } from '#lib/core/kernel/launch.ts';
import { sessionEventSchema } from '#lib/core/session/event.ts';
import { cursorField, notebookIdField, replyOr } from './fields.ts';
import { down, up } from './message.ts';

/**
 * Follows a notebook's log from a cursor. When the cursor is of this generation and not ahead of the tail, the missed events
 * come; else `reset` is true and the events rebuild the state from nothing.
 */
export const resultsFollow = up({
  name: 'results.follow',
  action: 'notebook.read',
  request: z.object({ notebookId: notebookIdField, cursor: cursorField.optional() }),
  reply: replyOr(
    z.object({
      reset: z.boolean(),
      next: cursorField,
      events: z.array(sessionEventSchema),
      /** The start of a kernel that is under way, or failed; no part of the log. */
      launch: launchSchema.nullable(),
    }),
  ),
});

/** New events. `from` is the cursor of the first event, `next` the cursor after the last (merged streams count as several). */
export const resultsArrived = down({
  name: 'results.arrived',
  payload: z.object({
    notebookId: notebookIdField,
    from: cursorField,
    next: cursorField,
    events: z.array(sessionEventSchema),
  }),
});
