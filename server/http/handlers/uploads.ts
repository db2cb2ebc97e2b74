import { isFault } from '#lib/core/fault.ts';
import type { Services } from '#server/service-set.ts';
import { splitPath } from '#server/storage/workspace-path.ts';
import type { Handlers } from '../router.ts';

type UploadHandlers = Pick<Handlers, 'beginUpload' | 'uploadState' | 'sendUpload' | 'finishUpload' | 'cancelUpload'>;

export function uploadHandlers({ uploads, authorOf, announceFolders }: Services): UploadHandlers {
  return {
    beginUpload: async ({ body, principal }) => {
      const begun = await uploads.begin({ ...body, by: authorOf(principal) });
      // Folders of the path may be new: the nearest one that was there before is not known, so all are said.
      if (!isFault(begun)) announceFolders(...foldersAbove(body.path));
      return begun;
    },
    uploadState: async ({ params }) => uploads.state(params.id),
    sendUpload: async ({ params, query, request }) => uploads.receive(params.id, query.offset, request),
    finishUpload: async ({ params, body }) => {
      const entry = await uploads.finish(params.id, body.onClash);
      if (!isFault(entry)) announceFolders(splitPath(entry.path).folder);
      return entry;
    },
    cancelUpload: async ({ params }) => (await uploads.cancel(params.id)) ?? {},
  };
}

function foldersAbove(path: string): string[] {
  const above: string[] = [];
  for (let { folder } = splitPath(path); folder !== ''; { folder } = splitPath(folder))
    above.push(splitPath(folder).folder);
  return above;
}
