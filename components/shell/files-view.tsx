'use client';
import { FilePlus, FolderPlus, FolderUp, NotebookPen, Plus, RefreshCw, Trash2, Upload } from 'lucide-react';
import { actionRegistry } from '#lib/client/actions/action-registry.ts';
import { IconButton } from '#components/ui/icon-button.tsx';
import { Menu } from '#components/ui/menu.tsx';
import { SideView } from '#components/ui/side-view.tsx';
import { FileFilterField } from './file-filter-field.tsx';
import { FileTree } from './file-tree.tsx';
import { fileTree } from './file-tree-store.ts';
import { TransferPanel } from './transfer-panel.tsx';

export type FilesViewProps = { readonly onOpened: () => void };

/** The files of the workspace in the sidebar. */
export function FilesView({ onOpened }: FilesViewProps) {
  const run = (id: string) => () => void actionRegistry.run(id);
  return (
    <SideView
      title="Files"
      tools={
        <>
          <IconButton icon={RefreshCw} label="List the files again" size="small" onClick={() => fileTree.refresh()} />
          <IconButton icon={Upload} label="Upload files…" size="small" onClick={run('files.upload')} />
          <Menu
            align="end"
            trigger={<IconButton icon={Plus} label="New…" size="small" />}
            entries={[
              { label: 'New notebook', icon: NotebookPen, onSelect: run('files.newNotebook') },
              { label: 'New file', icon: FilePlus, onSelect: run('files.newFile') },
              { label: 'New folder', icon: FolderPlus, onSelect: run('files.newFolder') },
              'separator',
              { label: 'Upload files…', icon: Upload, onSelect: run('files.upload') },
              { label: 'Upload a folder…', icon: FolderUp, onSelect: run('files.uploadFolder') },
              { label: 'Show the trash', icon: Trash2, onSelect: run('files.showTrash') },
            ]}
          />
        </>
      }
    >
      <FileFilterField />
      <FileTree onOpened={onOpened} />
      <TransferPanel />
    </SideView>
  );
}
