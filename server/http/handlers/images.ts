import { fault } from '#lib/core/fault.ts';
import type { Services } from '#server/service-set.ts';
import type { Handlers } from '../router.ts';

export function imageHandlers({ hosts }: Services): Pick<Handlers, 'readImage'> {
  return {
    readImage: async ({ params, query }) =>
      (await hosts.get(query.notebookId)?.feed.image(query.cellId, params.hash)) ??
      fault('output.notFound', 'The cell does not show this image any more.', 'Reload the page.'),
  };
}
