import { z } from 'zod';
import type { RenderedHead } from '#lib/core/render/rendered-head.ts';
import { pathField, replyOr } from './fields.ts';
import { up } from './message.ts';

/**
 * The first cells of a notebook, rendered, for the moment before `document.open` is answered: of a large notebook only the
 * beginning of the file is read for them. Null when there is nothing to show.
 */
export const documentHead = up({
  name: 'document.head',
  action: 'notebook.read',
  request: z.object({ path: pathField }),
  reply: replyOr(z.object({ head: z.custom<RenderedHead>((value) => typeof value === 'object').nullable() })),
});
