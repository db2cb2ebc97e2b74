import { apiUrl, callApi } from '#lib/client/api.ts';
import { type Fault, isFault } from '#lib/core/fault.ts';
import type { FileItem } from '#lib/protocol/http/files.ts';
import { showToast } from '#components/ui/toast.tsx';
import { closeDocument, followMove, openDocument } from './document-actions.ts';
import { fileTree } from './file-tree-store.ts';
import { folderOf, joinPath } from './locations.ts';

/** What a person does to files from the shell: each asks the server, follows with the tree and the tabs, and says what failed. */

export async function createFile(kind: 'notebook' | 'file' | 'folder', folder: string) {
  const made = await callApi('createFile', { body: { folder, kind } });
  if (isFault(made)) return sayFault(`The ${kind} was not created`, made);
  await fileTree.reveal(made.path);
  await fileTree.list(folder);
  fileTree.activate(made.path);
  if (kind === 'notebook') openDocument(made.path);
  else fileTree.rename(made.path);
}

/** @param aside in the other pane */
export function openFile(entry: FileItem, aside = false): void {
  if (entry.kind === 'folder') fileTree.toggle(entry.path);
  else openDocument(entry.path, aside);
}

/** Gives the file's bytes to the browser's own download. */
export function download(entry: FileItem): void {
  const link = document.createElement('a');
  link.href = apiUrl('readFile', { query: { path: entry.path } });
  link.download = entry.name;
  link.click();
}

/** Renames within the same folder; true when it is done. */
export async function renameFile(entry: FileItem, name: string): Promise<boolean> {
  const to = joinPath(folderOf(entry.path), name);
  if (to === entry.path) return true;
  const moved = await callApi('renameFile', { body: { from: entry.path, to } });
  if (isFault(moved)) {
    sayFault(`“${entry.name}” was not renamed`, moved);
    return false;
  }
  followMove(entry.path, moved.path);
  await fileTree.list(folderOf(moved.path));
  fileTree.activate(moved.path);
  return true;
}

export async function trashFile(entry: FileItem): Promise<void> {
  const gone = await callApi('trashFile', { body: { path: entry.path } });
  if (isFault(gone)) return sayFault(`“${entry.name}” was not deleted`, gone);
  closeDocument(entry.path);
  showToast({
    title: `“${entry.name}” is in the trash`,
    action: { label: 'Undo', run: () => void restoreFile(gone.trashId, entry.name) },
  });
  await fileTree.list(folderOf(entry.path));
}

async function restoreFile(trashId: string, name: string): Promise<void> {
  const back = await callApi('restoreFile', { body: { trashId } });
  if (isFault(back)) return sayFault(`“${name}” was not restored`, back);
  if (back.name !== name) showToast({ title: `Restored as “${back.name}”`, description: 'The old name was taken.' });
  await fileTree.list(folderOf(back.path));
  fileTree.activate(back.path);
}

function sayFault(title: string, reason: Fault): void {
  showToast({ kind: 'error', title, description: [reason.message, reason.hint].filter(Boolean).join(' ') });
}
