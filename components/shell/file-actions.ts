import { callApi } from '#lib/client/api.ts';
import { apiUrl } from '#lib/protocol/http/api-url.ts';
import { type Fault, isFault } from '#lib/core/fault.ts';
import type { FileItem } from '#lib/protocol/http/files.ts';
import { showToast } from '#components/ui/toast.tsx';
import { closeDocument, followMove, openDocument } from './document-actions.ts';
import { fileTree } from './file-tree-store.ts';
import { folderOf, joinPath, nameOf } from './locations.ts';

/** What a person does to files from the shell: each asks the server, follows with the tree and the tabs, and says what failed. */

export async function createFile(kind: 'notebook' | 'file' | 'folder', folder: string) {
  const made = await callApi('createFile', { body: { folder, kind } });
  if (isFault(made)) return sayFault(`The ${kind} was not created`, made);
  await fileTree.reveal(made.path);
  await fileTree.list(folder);
  fileTree.activate(made.path);
  if (kind === 'notebook') {
    // A notebook takes the focus where nothing else has it; here the button that made it still does.
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    openDocument(made.path);
  } else fileTree.rename(made.path);
}

/** @param aside in the other pane */
export function openFile(entry: FileItem, aside = false): void {
  if (entry.kind === 'folder') fileTree.toggle(entry.path);
  else openDocument(entry.path, aside);
}

/** Gives the files' bytes to the browser's own downloads. Folders are left off. */
export function download(entries: readonly FileItem[]): void {
  for (const entry of entries) {
    if (entry.kind === 'folder') continue;
    const link = document.createElement('a');
    link.href = apiUrl('readFile', { query: { path: entry.path } });
    link.download = entry.name;
    link.click();
  }
}

export async function copyPaths(entries: readonly FileItem[]): Promise<void> {
  try {
    await navigator.clipboard.writeText(entries.map(({ path }) => path).join('\n'));
    showToast({ title: entries.length === 1 ? 'The path is copied' : `${entries.length} paths are copied` });
  } catch {
    showToast({ kind: 'error', title: 'The path was not copied', description: 'The browser refused the clipboard.' });
  }
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

type Move = { readonly from: string; readonly to: string };

/** Moves files into a folder. Nothing is overwritten: what has a namesake there stays, and is named. */
export async function moveFiles(paths: readonly string[], folder: string): Promise<void> {
  const wanted = paths
    .map((from): Move => ({ from, to: joinPath(folder, nameOf(from)) }))
    .filter(({ from, to }) => from !== to);
  const { done, refused } = await moveEach(wanted);
  if (done.length > 0) {
    await fileTree.reveal(done[0]?.to ?? '');
    await listFolders(done);
    fileTree.activate(done[0]?.to ?? null);
    showToast({
      title: `${sayFiles(done.map(({ to }) => to))} moved to ${folder === '' ? 'the workspace' : `“${folder}”`}`,
      action: { label: 'Undo', run: () => void moveBack(done) },
    });
  }
  sayRefused('not moved', refused);
}

async function moveBack(moves: readonly Move[]): Promise<void> {
  const { done, refused } = await moveEach(moves.toReversed().map(({ from, to }) => ({ from: to, to: from })));
  await listFolders(done);
  fileTree.activate(done.at(-1)?.to ?? null);
  sayRefused('not moved back', refused);
}

/** One after the other, so that each refusal is about one of them. */
async function moveEach(moves: readonly Move[]) {
  const done: Move[] = [];
  const refused: Refused[] = [];
  for (const { from, to } of moves) {
    const moved = await callApi('renameFile', { body: { from, to } });
    if (isFault(moved)) {
      refused.push({ path: from, why: moved });
    } else {
      followMove(from, moved.path);
      done.push({ from, to: moved.path });
    }
  }
  return { done, refused };
}

async function listFolders(moves: readonly Move[]): Promise<void> {
  const folders = new Set(moves.flatMap(({ from, to }) => [folderOf(from), folderOf(to)]));
  await Promise.all([...folders].map((folder) => fileTree.list(folder)));
}

/** @param folder where the copies go; beside their originals when absent */
export async function duplicateFiles(paths: readonly string[], folder?: string): Promise<void> {
  const made: string[] = [];
  const refused: Refused[] = [];
  for (const path of paths) {
    const copy = await callApi('duplicateFile', { body: folder === undefined ? { path } : { path, folder } });
    if (isFault(copy)) refused.push({ path, why: copy });
    else made.push(copy.path);
  }
  await Promise.all([...new Set(made.map(folderOf))].map((one) => fileTree.list(one)));
  const last = made.at(-1);
  if (last !== undefined) fileTree.activate(last);
  sayRefused('not copied', refused);
}

export async function trashFiles(entries: readonly FileItem[]): Promise<void> {
  const gone: { readonly trashId: string; readonly path: string }[] = [];
  const refused: Refused[] = [];
  for (const { path } of entries) {
    const answer = await callApi('trashFile', { body: { path } });
    if (isFault(answer)) {
      refused.push({ path, why: answer });
    } else {
      closeDocument(path);
      gone.push({ trashId: answer.trashId, path });
    }
  }
  if (gone.length > 0) {
    showToast({
      title: `${sayFiles(gone.map(({ path }) => path))} ${gone.length === 1 ? 'is' : 'are'} in the trash`,
      action: { label: 'Undo', run: () => void restoreFiles(gone.map(({ trashId }) => trashId)) },
    });
    await Promise.all([...new Set(gone.map(({ path }) => folderOf(path)))].map((folder) => fileTree.list(folder)));
  }
  sayRefused('not deleted', refused);
}

export async function restoreFiles(trashIds: readonly string[]): Promise<void> {
  const back: FileItem[] = [];
  for (const trashId of trashIds) {
    const entry = await callApi('restoreFile', { body: { trashId } });
    if (isFault(entry)) sayFault('Not everything was restored', entry);
    else back.push(entry);
  }
  await Promise.all([...new Set(back.map(({ path }) => folderOf(path)))].map((folder) => fileTree.list(folder)));
  const renamed = back.find(({ name }) => / \(restored(?: \d+)?\)/.test(name));
  if (renamed !== undefined)
    showToast({ title: `Restored as “${renamed.name}”`, description: 'The old name was taken.' });
  fileTree.activate(back[0]?.path ?? null);
}

/** Cut files move into the folder, copied ones are duplicated there. */
export async function pasteFiles(folder: string): Promise<void> {
  const { clipboard } = fileTree.getSnapshot();
  if (clipboard === null) return;
  if (clipboard.kind === 'copy') return duplicateFiles(clipboard.paths, folder);
  fileTree.setClipboard(null);
  await moveFiles(clipboard.paths, folder);
}

type Refused = { readonly path: string; readonly why: Fault };

const mostNamed = 5;

function sayRefused(what: string, refused: readonly Refused[]): void {
  const [first] = refused;
  if (first === undefined) return;
  if (refused.length === 1) return sayFault(`“${nameOf(first.path)}” was ${what}`, first.why);
  const names = refused.slice(0, mostNamed).map(({ path }) => `“${nameOf(path)}”`);
  const more = refused.length > mostNamed ? ` and ${refused.length - mostNamed} more` : '';
  showToast({
    kind: 'error',
    title: `${refused.length} files were ${what}`,
    description: `${names.join(', ')}${more}. ${first.why.message}`,
  });
}

function sayFiles(paths: readonly string[]): string {
  return paths.length === 1 ? `“${nameOf(paths[0] ?? '')}”` : `${paths.length} files`;
}

function sayFault(title: string, reason: Fault): void {
  showToast({ kind: 'error', title, description: [reason.message, reason.hint].filter(Boolean).join(' ') });
}
