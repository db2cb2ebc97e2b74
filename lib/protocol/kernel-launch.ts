import { z } from 'zod';
import { launchSchema } from '#lib/core/kernel/launch.ts';
import { notebookIdField, replyOr } from './fields.ts';
import { down, up } from './message.ts';

/** How the start of a kernel goes, to all who have the notebook open; null: none is under way, nor to be told of. */
export const kernelLaunchChanged = down({
  name: 'kernel.launchChanged',
  payload: z.object({ notebookId: notebookIdField, launch: launchSchema.nullable() }),
});

/** Calls the start of a kernel off, at whatever step it is, or puts away what is said of one that failed. */
export const kernelLaunchCancel = up({
  name: 'kernel.launchCancel',
  action: 'kernel.control',
  request: z.object({ notebookId: notebookIdField }),
  reply: replyOr(z.object({})),
});
