'use client';
import { FilePlus, FolderPlus, NotebookPen, Plus, RefreshCw } from 'lucide-react';
import { IconButton } from '#components/ui/icon-button.tsx';
import { Menu } from '#components/ui/menu.tsx';
import { SideView } from '#components/ui/side-view.tsx';
import { createFile } from './file-actions.ts';
import { FileTree } from './file-tree.tsx';
import { fileTree } from './file-tree-store.ts';
import { folderOf } from './locations.ts';

export type FilesViewProps = { readonly onOpened: () => void };

/** The files of the workspace in the sidebar. */
export function FilesView({ onOpened }: FilesViewProps) {
  const create = (kind: 'notebook' | 'file' | 'folder') => void createFile(kind, activeFolder());
  return (
    <SideView
      title="Files"
      tools={
        <>
          <IconButton icon={RefreshCw} label="List the files again" size="small" onClick={() => fileTree.refresh()} />
          <Menu
            align="end"
            trigger={<IconButton icon={Plus} label="New…" size="small" />}
            entries={[
              { label: 'New notebook', icon: NotebookPen, onSelect: () => create('notebook') },
              { label: 'New file', icon: FilePlus, onSelect: () => create('file') },
              { label: 'New folder', icon: FolderPlus, onSelect: () => create('folder') },
            ]}
          />
        </>
      }
    >
      <FileTree onOpened={onOpened} />
    </SideView>
  );
}

/** Where something new goes: the folder the keyboard is at, or the one of the file it is at. */
export function activeFolder(): string {
  const entry = fileTree.activeEntry();
  if (entry === null) return '';
  return entry.kind === 'folder' ? entry.path : folderOf(entry.path);
}
