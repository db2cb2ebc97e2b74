import type { Action } from '#lib/client/actions/action.ts';
import { chosenFiles } from '#lib/client/files/dropped-files.ts';
import { uploads } from '#lib/client/files/upload-queue.ts';
import type { FileItem } from '#lib/protocol/http/files.ts';
import { copyPaths, download, duplicateFiles, openFile, pasteFiles, trashFiles } from './file-actions.ts';
import { showFileDialog } from './file-dialog-store.ts';
import { fileTree } from './file-tree-store.ts';
import { folderOf, joinPath } from './locations.ts';

const always = () => true;
const targets = () => fileTree.targets();
const paths = () => targets().map(({ path }) => path);
const some = () => targets().length > 0;
const onlyOne = () => targets().length === 1;
const hasFile = () => targets().some(({ kind }) => kind !== 'folder');

const each = (act: (entries: readonly FileItem[]) => void | Promise<void>) => () => act(targets());

/** What can be done to the files that are chosen in the tree. The tree's keys and menu come from here. */
export function treeActions(): readonly Action[] {
  const files = { category: 'Files', scope: 'files', keys: [], isEnabled: some } as const;
  const global = { ...files, scope: 'global', isEnabled: always } as const;
  return [
    { ...files, id: 'files.open', title: 'Open', isEnabled: onlyOne, run: each(([entry]) => entry && openFile(entry)) },
    {
      ...files,
      id: 'files.openAside',
      title: 'Open to the side',
      isEnabled: () => onlyOne() && hasFile(),
      run: each(([entry]) => entry && openFile(entry, true)),
    },
    {
      ...files,
      id: 'files.rename',
      title: 'Rename',
      keys: ['F2'],
      isEnabled: onlyOne,
      run: each(([entry]) => entry && fileTree.rename(entry.path)),
    },
    { ...files, id: 'files.duplicate', title: 'Duplicate', keys: ['Accel-D'], run: () => duplicateFiles(paths()) },
    { ...files, id: 'files.cut', title: 'Cut', keys: ['Accel-X'], run: () => clip('cut') },
    { ...files, id: 'files.copy', title: 'Copy', keys: ['Accel-C'], run: () => clip('copy') },
    {
      ...files,
      id: 'files.paste',
      title: 'Paste here',
      keys: ['Accel-V'],
      isEnabled: () => fileTree.getSnapshot().clipboard !== null,
      run: () => pasteFiles(activeFolder()),
    },
    {
      ...files,
      id: 'files.moveTo',
      title: 'Move to…',
      keys: ['Accel-Shift-M'],
      run: () => showFileDialog({ kind: 'move', paths: paths() }),
    },
    { ...files, id: 'files.copyPath', title: 'Copy the path', keys: ['Alt-Shift-C'], run: each(copyPaths) },
    { ...files, id: 'files.download', title: 'Download', isEnabled: hasFile, run: each(download) },
    {
      ...files,
      id: 'files.trash',
      title: 'Move to the trash',
      keys: ['Delete', 'Accel-Backspace'],
      run: each(trashFiles),
    },
    {
      ...files,
      id: 'files.selectAll',
      title: 'Choose everything in this folder',
      keys: ['Accel-A'],
      isEnabled: always,
      run: () => fileTree.selectAll(),
    },
    {
      ...files,
      id: 'files.filter',
      title: 'Filter the files by name',
      keys: ['/'],
      isEnabled: always,
      run: () => document.querySelector<HTMLElement>('[data-file-filter]')?.focus(),
    },
    { ...global, id: 'files.upload', title: 'Upload files…', run: () => pickFiles('files', activeFolder()) },
    { ...global, id: 'files.uploadFolder', title: 'Upload a folder…', run: () => pickFiles('folder', activeFolder()) },
    {
      ...global,
      id: 'files.goTo',
      title: 'Go to file…',
      keys: ['Accel-P'],
      run: () => showFileDialog({ kind: 'goTo' }),
    },
    { ...global, id: 'files.showTrash', title: 'Show the trash', run: () => showFileDialog({ kind: 'trash' }) },
  ];
}

/** Where something new goes: the folder the keyboard is at, or the one of the file it is at. */
export function activeFolder(): string {
  const entry = fileTree.activeEntry();
  if (entry === null) return '';
  return entry.kind === 'folder' ? entry.path : folderOf(entry.path);
}

/** Sends files to a folder of the workspace. */
export function uploadTo(folder: string, files: readonly { readonly file: File; readonly path: string }[]): void {
  uploads.add(files.map(({ file, path }) => ({ file, path: joinPath(folder, path) })));
}

function clip(kind: 'cut' | 'copy'): void {
  fileTree.setClipboard({ kind, paths: paths() });
}

function pickFiles(what: 'files' | 'folder', folder: string): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = true;
  input.webkitdirectory = what === 'folder';
  input.addEventListener('change', () => {
    if (input.files !== null) uploadTo(folder, chosenFiles(input.files));
  });
  input.click();
}
