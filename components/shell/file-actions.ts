import { apiUrl, callApi } from '#lib/client/api.ts';
import { type Fault, isFault } from '#lib/core/fault.ts';
import type { FileItem } from '#lib/protocol/http/files.ts';
import type { Navigation } from '#components/ui/navigation.tsx';
import { showToast } from '#components/ui/toast.tsx';
import { fileTree } from './file-tree-store.ts';
import { folderOf, isWithin, joinPath, notebookHref, notebookPathOf } from './locations.ts';
import { movedPath, neighbourOf, openTabs, withoutTab, withRenamed } from './open-tabs.ts';

/** What a person does to files from the shell: each asks the server, follows with the tree and the tabs, and says what failed. */

export async function createFile(kind: 'notebook' | 'file' | 'folder', folder: string, navigation: Navigation) {
  const made = await callApi('createFile', { body: { folder, kind } });
  if (isFault(made)) return sayFault(`The ${kind} was not created`, made);
  await fileTree.reveal(made.path);
  await fileTree.list(folder);
  fileTree.activate(made.path);
  if (kind === 'notebook') navigation.go(notebookHref(made.path));
  else fileTree.rename(made.path);
}

export function openFile(entry: FileItem, navigation: Navigation): void {
  switch (entry.kind) {
    case 'folder':
      return fileTree.toggle(entry.path);
    case 'notebook':
      return navigation.go(notebookHref(entry.path));
    case 'file':
      return download(entry);
  }
}

/** Gives the file's bytes to the browser's own download. */
export function download(entry: FileItem): void {
  const link = document.createElement('a');
  link.href = apiUrl('readFile', { query: { path: entry.path } });
  link.download = entry.name;
  link.click();
}

/** Renames within the same folder; true when it is done. */
export async function renameFile(entry: FileItem, name: string, navigation: Navigation): Promise<boolean> {
  const to = joinPath(folderOf(entry.path), name);
  if (to === entry.path) return true;
  const moved = await callApi('renameFile', { body: { from: entry.path, to } });
  if (isFault(moved)) {
    sayFault(`“${entry.name}” was not renamed`, moved);
    return false;
  }
  openTabs.set(withRenamed(openTabs.get(), entry.path, moved.path));
  const shown = notebookPathOf(navigation.pathname);
  if (shown !== null && isWithin(shown, entry.path)) {
    navigation.replace(notebookHref(movedPath(shown, entry.path, moved.path)));
  }
  await fileTree.list(folderOf(moved.path));
  fileTree.activate(moved.path);
  return true;
}

export async function trashFile(entry: FileItem, navigation: Navigation): Promise<void> {
  const gone = await callApi('trashFile', { body: { path: entry.path } });
  if (isFault(gone)) return sayFault(`“${entry.name}” was not deleted`, gone);
  closeTab(entry.path, navigation);
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

/** Closes the tab of a notebook, or all tabs below a folder, and goes to a neighbour when the shown one closes. */
export function closeTab(path: string, navigation: Navigation): void {
  const before = openTabs.get();
  const after = withoutTab(before, path);
  openTabs.set(after);
  const shown = notebookPathOf(navigation.pathname);
  if (shown === null || !isWithin(shown, path)) return;
  const neighbour = neighbourOf(before, shown);
  const next = neighbour !== null && after.includes(neighbour) ? neighbour : (after.at(-1) ?? null);
  navigation.go(next === null ? '/' : notebookHref(next));
}

/** Follows a notebook that goes on under another path: its tab and the address. */
export function followMove(from: string, to: string, navigation: Navigation): void {
  openTabs.set(withRenamed(openTabs.get(), from, to));
  if (notebookPathOf(navigation.pathname) === from) navigation.replace(notebookHref(to));
}

function sayFault(title: string, reason: Fault): void {
  showToast({ kind: 'error', title, description: [reason.message, reason.hint].filter(Boolean).join(' ') });
}
