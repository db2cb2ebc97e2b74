import { z } from 'zod';
import type { RenderedTail } from '#lib/core/render/rendered-head.ts';
import { pathField, replyOr } from './fields.ts';
import { up } from './message.ts';

/**
 * The last cells of a large notebook, rendered, as soon as the server has read its file: for who goes to the end before
 * `document.open` is answered. Null for a notebook that is small, or of which nothing can be shown.
 */
export const documentTail = up({
  name: 'document.tail',
  action: 'notebook.read',
  request: z.object({ path: pathField }),
  reply: replyOr(z.object({ tail: z.custom<RenderedTail>((value) => typeof value === 'object').nullable() })),
});
