import { z } from 'zod';
import { codeField, notebookIdField, replyOr } from './fields.ts';
import { up } from './message.ts';

/** Asks the notebook's kernel how the code may go on. It runs nothing; a newer request of the same page supersedes it. */
export const kernelComplete = up({
  name: 'kernel.complete',
  action: 'notebook.run',
  request: z.object({
    notebookId: notebookIdField,
    code: codeField,
    /** UTF-16 units into `code`. */
    cursor: z.number().int().nonnegative(),
  }),
  reply: replyOr(
    z.object({
      /** In the kernel's order. `type`: the kernel's word for what it is (`function`, `keyword` …). */
      matches: z.array(z.object({ text: z.string(), type: z.string().optional() })),
      /** What a match replaces, UTF-16 units into `code`. */
      start: z.number().int().nonnegative(),
      end: z.number().int().nonnegative(),
    }),
  ),
});
