'use client';
import { useId, useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react';
import {
  Columns2,
  Download,
  FilePlus,
  FolderPlus,
  NotebookPen,
  Pencil,
  SquareArrowOutUpRight,
  Trash2,
} from 'lucide-react';
import type { FileItem } from '#lib/protocol/http/files.ts';
import { ContextMenu, type MenuEntry } from '#components/ui/menu.tsx';
import { createFile, download, openFile, renameFile, trashFile } from './file-actions.ts';
import { visibleRange } from './file-rows.ts';
import styles from './file-tree.module.css';
import { FileTreeRow } from './file-tree-row.tsx';
import { fileTree, initialFileTree } from './file-tree-store.ts';
import { openDocuments } from './layout.ts';
import { useLayout, useShownPath } from './layout-store.ts';
import { folderOf } from './locations.ts';
import { useTreeKeys } from './use-tree-keys.ts';

const rowHeight = 26;

export type FileTreeProps = {
  /** Called after something was opened: a drawer closes then. */
  readonly onOpened?: () => void;
};

/**
 * The workspace as an ARIA tree. The focus stays on the tree and `aria-activedescendant` names the row, because rows
 * outside the view are not mounted.
 */
export function FileTree({ onOpened }: FileTreeProps) {
  const { rows, active, renaming } = useSyncExternalStore(fileTree.subscribe, fileTree.getSnapshot, initialFileTree);
  const tabs = openDocuments(useLayout());
  const shown = useShownPath();
  const prefix = useId();
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 800 });
  const range = visibleRange(view, rowHeight, rows.length);
  const activeIndex = rows.findIndex((row) => row.id === active);

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const measure = () => setView({ top: element.scrollTop, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null || activeIndex === -1) return;
    const top = activeIndex * rowHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + rowHeight > element.scrollTop + element.clientHeight) {
      element.scrollTop = top + rowHeight - element.clientHeight;
    }
  }, [activeIndex]);

  const open = (entry: FileItem, aside = false) => {
    openFile(entry, aside);
    if (entry.kind !== 'folder') onOpened?.();
  };
  const press = (id: string, aside = false) => {
    fileTree.activate(id);
    const row = rows.find((candidate) => candidate.id === id);
    if (row?.kind === 'entry') open(row.entry, aside);
    if (row?.kind === 'fault') void fileTree.list(row.folder);
  };
  const onKeyDown = useTreeKeys({ rows, active, press, remove: (entry) => void trashFile(entry) });
  const finishRename = async (entry: FileItem, name: string | null) => {
    box.current?.focus();
    fileTree.rename(null);
    if (name !== null) await renameFile(entry, name);
  };

  return (
    <ContextMenu
      entries={menuOf(fileTree.activeEntry(), open)}
      area={
        <div
          ref={box}
          role="tree"
          aria-label="Files"
          tabIndex={0}
          className={styles.tree}
          {...(activeIndex >= range.from && activeIndex < range.to
            ? { 'aria-activedescendant': `${prefix}-${activeIndex}` }
            : {})}
          onKeyDown={onKeyDown}
          onScroll={(event) =>
            setView({ top: event.currentTarget.scrollTop, height: event.currentTarget.clientHeight })
          }
          onContextMenuCapture={(event) => fileTree.activate(rowIdAt(event.target) ?? active)}
        >
          <div style={{ height: rows.length * rowHeight }} role="presentation" />
          <div
            className={styles.window}
            style={{ transform: `translateY(${range.from * rowHeight}px)` }}
            role="presentation"
          >
            {rows.slice(range.from, range.to).map((row, offset) => (
              <FileTreeRow
                key={row.id}
                row={row}
                domId={`${prefix}-${range.from + offset}`}
                active={row.id === active}
                selected={row.id === shown}
                open={row.kind === 'entry' && tabs.includes(row.id)}
                renaming={row.id === renaming}
                onPress={(aside) => press(row.id, aside)}
                onRename={(name) => (row.kind === 'entry' ? void finishRename(row.entry, name) : undefined)}
              />
            ))}
          </div>
        </div>
      }
    />
  );
}

function rowIdAt(target: EventTarget): string | null {
  return target instanceof Element ? (target.closest('[data-row]')?.getAttribute('data-row') ?? null) : null;
}

function menuOf(entry: FileItem | null, open: (entry: FileItem, aside?: boolean) => void): readonly MenuEntry[] {
  const folder = entry === null ? '' : entry.kind === 'folder' ? entry.path : folderOf(entry.path);
  const creating: readonly MenuEntry[] = [
    { label: 'New notebook', icon: NotebookPen, onSelect: () => void createFile('notebook', folder) },
    { label: 'New file', icon: FilePlus, onSelect: () => void createFile('file', folder) },
    { label: 'New folder', icon: FolderPlus, onSelect: () => void createFile('folder', folder) },
  ];
  if (entry === null) return creating;
  const opening: readonly MenuEntry[] =
    entry.kind === 'folder'
      ? [{ label: 'Open or close', icon: SquareArrowOutUpRight, onSelect: () => open(entry) }]
      : [
          { label: 'Open', icon: SquareArrowOutUpRight, onSelect: () => open(entry) },
          { label: 'Open to the side', icon: Columns2, onSelect: () => open(entry, true) },
          { label: 'Download', icon: Download, onSelect: () => download(entry) },
        ];
  return [
    ...opening,
    'separator',
    ...creating,
    'separator',
    { label: 'Rename', icon: Pencil, shortcut: 'F2', onSelect: () => fileTree.rename(entry.path) },
    {
      label: 'Move to the trash',
      icon: Trash2,
      shortcut: 'Del',
      danger: true,
      onSelect: () => void trashFile(entry),
    },
  ];
}
