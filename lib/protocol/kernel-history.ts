import { z } from 'zod';
import { notebookIdField, replyOr } from './fields.ts';
import { up } from './message.ts';

/** The last inputs of the notebook's kernel, also of sessions before this one; oldest first. */
export const kernelHistory = up({
  name: 'kernel.history',
  action: 'notebook.run',
  request: z.object({ notebookId: notebookIdField, count: z.number().int().min(1).max(1_000) }),
  reply: replyOr(z.object({ inputs: z.array(z.string()) })),
});
