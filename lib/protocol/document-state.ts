import { z } from 'zod';
import { cellIdField, notebookIdField } from './fields.ts';
import { down } from './message.ts';

/** What the header must always say truly about the file: down message `document.state`, and part of `document.open`. */
export const documentStateSchema = z.object({
  path: z.string(),
  save: z.object({
    /** `unsaved`: changes wait for the debounced save. `error`: the last save failed, `reason` says why. */
    status: z.enum(['saved', 'saving', 'unsaved', 'error']),
    /** ms since 1970: of the last successful save (`saved`), else since when something is not on disk. */
    since: z.number().nullable(),
    reason: z.string().optional(),
  }),
  /** Why the notebook cannot be edited; null when it can. */
  readonly: z.string().nullable(),
  /** `missing`: the file was deleted or renamed outside; nothing is written until a person decides. */
  file: z.enum(['present', 'missing']),
  /** Things said once: upgraded format, merged change from disk, repaired ids … newest last, at most 20. */
  notices: z.array(z.object({ id: z.string(), kind: z.enum(['info', 'warning']), text: z.string(), at: z.number() })),
  /** Cells changed both here and on disk; the document holds `ours` until a person chooses. null = deleted on that side. */
  conflicts: z.array(z.object({ cellId: cellIdField, ours: z.string().nullable(), theirs: z.string().nullable() })),
});
export type DocumentState = z.infer<typeof documentStateSchema>;

export const documentStateMessage = down({
  name: 'document.state',
  payload: z.object({ notebookId: notebookIdField, state: documentStateSchema }),
});
