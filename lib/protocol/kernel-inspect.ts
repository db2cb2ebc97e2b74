import { z } from 'zod';
import { mimeBundleSchema } from '#lib/core/notebook/output.ts';
import { codeField, notebookIdField, replyOr } from './fields.ts';
import { up } from './message.ts';

/** Asks the notebook's kernel about the name at the cursor. It runs nothing; a newer request of the same page supersedes it. */
export const kernelInspect = up({
  name: 'kernel.inspect',
  action: 'notebook.run',
  request: z.object({
    notebookId: notebookIdField,
    code: codeField,
    /** UTF-16 units into `code`. */
    cursor: z.number().int().nonnegative(),
    /** 1: the source as well, where there is one. */
    detail: z.union([z.literal(0), z.literal(1)]),
  }),
  /** `data` is empty when the kernel knows nothing of that name. Untrusted: shown through lib/core/render alone. */
  reply: replyOr(z.object({ data: mimeBundleSchema })),
});
