'use client';
import { useId, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { FolderOpen, SearchX } from 'lucide-react';
import { Button } from '#components/ui/button.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { ContextMenu } from '#components/ui/menu.tsx';
import { actionRegistry } from '#lib/client/actions/action-registry.ts';
import { openFile, renameFile } from './file-actions.ts';
import { fileMenu } from './file-menu.ts';
import { visibleRange } from './file-rows.ts';
import styles from './file-tree.module.css';
import { FileTreeRow, type FileTreeRowEvents } from './file-tree-row.tsx';
import { fileTree, initialFileTree } from './file-tree-store.ts';
import { openDocuments } from './layout.ts';
import { useLayout, useShownPath } from './layout-store.ts';
import { useTreeKeys } from './use-tree-keys.ts';
import { startDrag, useTreeDrop } from './use-tree-drop.ts';

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
  const state = useSyncExternalStore(fileTree.subscribe, fileTree.getSnapshot, initialFileTree);
  const { rows, active, renaming, selection, found, clipboard } = state;
  const tabs = openDocuments(useLayout());
  const shown = useShownPath();
  const prefix = useId();
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 800 });
  const range = visibleRange(view, rowHeight, rows.length);
  const activeIndex = active === null ? -1 : rows.indexOf(active);
  const { target, handlers } = useTreeDrop(box);
  useViewOf(box, setView);
  useActiveInView(box, active, activeIndex);

  const events = useMemo(() => rowEvents(() => onOpened?.()), [onOpened]);
  const openMenu = () => openMenuAt(box.current?.querySelector(`[id="${prefix}-${activeIndex}"]`) ?? box.current);
  const onKeyDown = useTreeKeys({
    rows,
    active,
    page: Math.max(1, Math.floor(view.height / rowHeight) - 1),
    press: (id) => press(id, false, () => onOpened?.()),
    openMenu,
  });
  const cut = new Set(clipboard?.kind === 'cut' ? clipboard.paths : []);
  const isUnknown = found !== null && !found.searching && found.query.trim() !== '' && rows.length === 0;
  const isEmpty = found === null && rows.length === 1 && rows.at(0)?.id === 'empty:';

  return (
    <ContextMenu
      entries={fileMenu(active !== null || selection.paths.size > 0, () => onOpened?.())}
      area={
        <div
          ref={box}
          role="tree"
          aria-label="Files"
          aria-multiselectable
          tabIndex={0}
          className={styles.tree}
          data-file-tree=""
          {...(target === '' ? { 'data-drop': '' } : {})}
          {...(activeIndex >= range.from && activeIndex < range.to
            ? { 'aria-activedescendant': `${prefix}-${activeIndex}` }
            : {})}
          onKeyDown={onKeyDown}
          onScroll={(event) => setView(viewOf(event.currentTarget))}
          onPointerDown={(event) => (event.pointerType === 'touch' ? pointAt(event.target) : undefined)}
          onContextMenuCapture={(event) => pointAt(event.target)}
          {...handlers}
        >
          <div style={{ height: rows.length * rowHeight }} role="presentation" />
          <div
            className={styles.window}
            style={{ transform: `translateY(${range.from * rowHeight}px)` }}
            role="presentation"
          >
            {isEmpty ? (
              <Nothing />
            ) : isUnknown ? (
              <NotFound />
            ) : (
              Array.from({ length: range.to - range.from }, (_, offset) => {
                const index = range.from + offset;
                const row = rows.at(index);
                return row === undefined ? null : (
                  <FileTreeRow
                    key={row.id}
                    row={row}
                    domId={`${prefix}-${index}`}
                    active={index === activeIndex}
                    chosen={selection.paths.has(row.id)}
                    shown={row.id === shown}
                    open={tabs.includes(row.id)}
                    renaming={row.id === renaming}
                    cut={cut.has(row.id)}
                    dropTarget={row.id === target}
                    withFolder={found !== null}
                    {...events}
                  />
                );
              })
            )}
          </div>
        </div>
      }
    />
  );
}

function Nothing() {
  return (
    <div className={styles.nothing} role="treeitem" aria-selected={false} aria-level={1}>
      <EmptyState
        icon={FolderOpen}
        title="The workspace is empty"
        actions={
          <>
            <Button onClick={() => actionRegistry.run('files.newNotebook')}>New notebook</Button>
            <Button onClick={() => actionRegistry.run('files.upload')}>Upload files…</Button>
          </>
        }
      >
        Drop files and folders here, or begin with a notebook.
      </EmptyState>
    </div>
  );
}

function NotFound() {
  return (
    <div className={styles.nothing} role="treeitem" aria-selected={false} aria-level={1}>
      <EmptyState icon={SearchX} title="No file is called that">
        Parts of a name are enough, and parts of a path with a slash: <code>reports/sal</code>
      </EmptyState>
    </div>
  );
}

/** What a press does: files open, folders open and close, a found folder is gone to, trouble is tried again. */
function press(id: string, aside: boolean, onOpened: () => void): void {
  const { rows, found } = fileTree.getSnapshot();
  const row = rows.at(rows.indexOf(id));
  fileTree.activate(id);
  if (row?.kind === 'fault') void fileTree.list(row.folder);
  if (row?.kind !== 'entry') return;
  if (found !== null && row.entry.kind === 'folder') return void goToFolder(id);
  openFile(row.entry, aside);
  if (row.entry.kind !== 'folder') onOpened();
}

async function goToFolder(path: string): Promise<void> {
  await fileTree.reveal(path);
  fileTree.toggle(path, true);
  fileTree.activate(path);
}

/** The same functions for every row and every render: rows that did not change are not rendered again. */
function rowEvents(onOpened: () => void): FileTreeRowEvents {
  return {
    onPress: (id, event) => {
      if (event.ctrlKey || event.metaKey) fileTree.toggleSelected(id);
      else if (event.shiftKey) fileTree.selectTo(id);
      else press(id, event.altKey, onOpened);
    },
    onRename: (entry, name) => {
      document.querySelector<HTMLElement>('[data-file-tree]')?.focus();
      fileTree.rename(null);
      if (name !== null) void renameFile(entry, name);
    },
    onDragStart: startDrag,
    onMore: (id, event) => {
      if (!fileTree.getSnapshot().selection.paths.has(id)) fileTree.activate(id);
      openMenuAt(event.currentTarget);
    },
  };
}

/** A menu is of the row it is opened on; one of several chosen rows stands for them all. */
function pointAt(target: EventTarget): void {
  const id = target instanceof Element ? target.closest('[data-row]')?.getAttribute('data-row') : null;
  if (id !== null && id !== undefined && !fileTree.getSnapshot().selection.paths.has(id)) fileTree.activate(id);
}

/** Opens the context menu as a right click at the element would. */
function openMenuAt(element: Element | null): void {
  if (element === null) return;
  const { left, bottom, width } = element.getBoundingClientRect();
  const at = { clientX: left + Math.min(24, width / 2), clientY: bottom - 4 };
  element.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, ...at }));
}

type View = { readonly top: number; readonly height: number };

const viewOf = (element: HTMLElement): View => ({ top: element.scrollTop, height: element.clientHeight });

function useViewOf(box: React.RefObject<HTMLElement | null>, setView: (view: View) => void): void {
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setView(viewOf(element)));
    setView(viewOf(element));
    observer.observe(element);
    return () => observer.disconnect();
  }, [box, setView]);
}

/** Scrolls when the keyboard goes to another row, not when rows come and go around it. */
function useActiveInView(box: React.RefObject<HTMLElement | null>, active: string | null, index: number): void {
  const last = useRef<string | null>(null);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null || active === last.current) return;
    last.current = active;
    if (index === -1) return;
    const top = index * rowHeight;
    if (top < element.scrollTop) element.scrollTo({ top });
    else if (top + rowHeight > element.scrollTop + element.clientHeight) {
      element.scrollTo({ top: top + rowHeight - element.clientHeight });
    }
  }, [box, active, index]);
}
