import { basename } from 'node:path';
import { isFault } from '#lib/core/fault.ts';
import { copyEntry } from '#server/storage/copy-entry.ts';
import type { Services } from '#server/service-set.ts';
import type { ByteRange } from '../byte-range.ts';
import type { Handlers } from '../router.ts';

/** The newest ones: whoever looks for something older looks into the folder. */
const mostTrashShown = 500;

type FileHandlers = Pick<
  Handlers,
  | 'listFiles'
  | 'searchFiles'
  | 'createFile'
  | 'renameFile'
  | 'duplicateFile'
  | 'trashFile'
  | 'listTrash'
  | 'restoreFile'
  | 'eraseTrash'
  | 'readFile'
  | 'writeFile'
>;

export function fileHandlers({ workspace, rooms, announceFolders }: Services): FileHandlers {
  return {
    listFiles: async ({ query }) => workspace.list(query.path),
    searchFiles: async ({ query, response }) => {
      const abort = new AbortController();
      response.once('close', () => abort.abort());
      return workspace.search(query.query, abort.signal);
    },
    createFile: async ({ body }) => {
      const entry = await workspace.create(body.folder, body.kind, body.name);
      if (!isFault(entry)) announceFolders(body.folder);
      return entry;
    },
    renameFile: async ({ body }) => {
      const entry = await rooms.rename(body.from, body.to);
      if (isFault(entry)) return entry;
      announceFolders(folderOf(body.from), folderOf(body.to));
      return entry;
    },
    duplicateFile: async ({ body }) => {
      await rooms.saveBelow(body.path);
      const folder = body.folder ?? folderOf(body.path);
      const entry = await copyEntry(workspace, body.path, folder);
      if (!isFault(entry)) announceFolders(folder);
      return entry;
    },
    trashFile: async ({ body }) => {
      const answer = await rooms.trash(body.path);
      if (isFault(answer)) return answer;
      announceFolders(folderOf(body.path));
      return answer;
    },
    restoreFile: async ({ body }) => {
      const entry = await rooms.restore(body.trashId);
      if (!isFault(entry)) announceFolders(folderOf(entry.path));
      return entry;
    },
    listTrash: async () => workspace.trashBin.list(mostTrashShown),
    eraseTrash: async ({ params }) => (await workspace.trashBin.erase(params.id)) ?? {},
    readFile: async ({ query }) => {
      const opened = await workspace.openFile(query.path);
      if (isFault(opened)) return opened;
      const { handle, stats } = opened;
      return {
        name: basename(query.path),
        size: stats.size,
        version: `${stats.size.toString(36)}-${Math.round(stats.mtimeMs * 1000).toString(36)}`,
        read: ({ from, to }: ByteRange) => handle.createReadStream({ start: from, end: to }),
        close: () => handle.close(),
      };
    },
    writeFile: async ({ body }) => workspace.writeText(body.path, body.text, body.hash),
  };
}

function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}
