'use client';
import { lazy, Suspense } from 'react';
import { terminalOf } from '#lib/core/terminal/terminal-path.ts';
import { openDocument } from './document-actions.ts';
import { ClashDialog } from './clash-dialog.tsx';
import { moveFiles } from './file-actions.ts';
import { showFileDialog, useFileDialog } from './file-dialog-store.ts';
import { fileTree } from './file-tree-store.ts';
import { getLayout } from './layout-store.ts';
import { openDocuments } from './layout.ts';
import { isWithin } from './locations.ts';

const PathPicker = lazy(() => import('./path-picker.tsx').then(({ PathPicker: picker }) => ({ default: picker })));
const TrashDialog = lazy(() => import('./trash-dialog.tsx').then(({ TrashDialog: trash }) => ({ default: trash })));

/** The dialogs about files; once per page, whether or not the sidebar is shown. */
export function FileDialogs() {
  const dialog = useFileDialog();
  const close = () => showFileDialog(null);
  return (
    <Suspense>
      <ClashDialog />
      {dialog?.kind === 'move' ? <MoveDialog paths={dialog.paths} onClose={close} /> : null}
      {dialog?.kind === 'goTo' ? (
        <PathPicker
          title="Go to file"
          placeholder="Words of its name"
          accepts={({ kind }) => kind !== 'folder'}
          suggested={openDocuments(getLayout()).filter((path) => terminalOf(path) === null)}
          onPick={(path) => openDocument(path)}
          onClose={close}
        />
      ) : null}
      {dialog?.kind === 'trash' ? <TrashDialog onClose={close} /> : null}
    </Suspense>
  );
}

function MoveDialog({ paths, onClose }: { readonly paths: readonly string[]; readonly onClose: () => void }) {
  const mayHold = (folder: string) => !paths.some((path) => isWithin(folder, path));
  return (
    <PathPicker
      title={paths.length === 1 ? `Move “${paths[0]}” to` : `Move ${paths.length} files to`}
      placeholder="Words of the folder’s name"
      accepts={({ kind, path }) => kind === 'folder' && mayHold(path)}
      suggested={['', ...fileTree.knownFolders().filter(mayHold)]}
      onPick={(folder) => void moveFiles(paths, folder)}
      onClose={onClose}
    />
  );
}
