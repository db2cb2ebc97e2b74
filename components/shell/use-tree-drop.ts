import { useEffect, useRef, useState, type DragEvent, type RefObject } from 'react';
import { droppedFiles, mostDropped } from '#lib/client/files/dropped-files.ts';
import type { FileItem } from '#lib/protocol/http/files.ts';
import { showToast } from '#components/ui/toast.tsx';
import { moveFiles } from './file-actions.ts';
import { fileTree } from './file-tree-store.ts';
import { folderOf, isWithin } from './locations.ts';
import { uploadTo } from './tree-actions.ts';

/** Marks a drag of rows of this tree. */
const dragType = 'application/x-farfield-files';
/** A closed folder opens after the pointer has rested on it this long, ms. */
const openAfterMs = 700;
const edge = 32;
const scrollStep = 12;

/** Paths that are being dragged. What a drag carries cannot be read before it is dropped. */
let dragged: readonly string[] = [];

/** Begins to drag a row, or all that are chosen when it is one of them. */
export function startDrag(event: DragEvent, entry: FileItem): void {
  if (!fileTree.getSnapshot().selection.paths.has(entry.path)) fileTree.activate(entry.path);
  dragged = fileTree.targets().map(({ path }) => path);
  event.dataTransfer.effectAllowed = 'move';
  event.dataTransfer.setData(dragType, dragged.length.toString());
  event.dataTransfer.setData('text/plain', dragged.join('\n'));
}

/** A file that is dropped where nothing takes it must not take the place of the page. Returns the end of it. */
export function keepPage(): () => void {
  const keep = (event: globalThis.DragEvent) => {
    if (event.dataTransfer?.types.includes('Files') !== true || event.defaultPrevented) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'none';
  };
  document.addEventListener('dragover', keep);
  document.addEventListener('drop', keep);
  return () => {
    document.removeEventListener('dragover', keep);
    document.removeEventListener('drop', keep);
  };
}

/**
 * Drops on the tree: rows move into the folder under the pointer, files from the desktop are uploaded into it. Returns
 * the folder that would take the drop (null while there is none) and the handlers of the scroller.
 */
export function useTreeDrop(box: RefObject<HTMLElement | null>) {
  const [target, setTarget] = useState<string | null>(null);
  const rest = useRef<{ folder: string; timer: ReturnType<typeof setTimeout> } | null>(null);
  const scroll = useRef<{ by: number; timer: ReturnType<typeof setInterval> } | null>(null);

  const leave = () => {
    setTarget(null);
    clearTimeout(rest.current?.timer);
    clearInterval(scroll.current?.timer);
    rest.current = null;
    scroll.current = null;
  };
  useEffect(
    () => () => {
      clearTimeout(rest.current?.timer);
      clearInterval(scroll.current?.timer);
    },
    [],
  );

  const onDragOver = (event: DragEvent) => {
    const { types } = event.dataTransfer;
    const rows = types.includes(dragType);
    if (!rows && !types.includes('Files')) return;
    scrollAtEdge(event);
    const folder = folderAt(event.target);
    if (rows && !mayMove(folder)) return setTarget(null);
    event.preventDefault();
    event.dataTransfer.dropEffect = rows ? 'move' : 'copy';
    setTarget(folder);
    if (rest.current?.folder === folder) return;
    clearTimeout(rest.current?.timer);
    rest.current = { folder, timer: setTimeout(() => folder !== '' && fileTree.toggle(folder, true), openAfterMs) };
  };

  const onDrop = (event: DragEvent) => {
    const folder = folderAt(event.target);
    leave();
    if (event.dataTransfer.types.includes(dragType)) {
      event.preventDefault();
      if (mayMove(folder)) void moveFiles(dragged, folder);
      dragged = [];
    } else if (event.dataTransfer.types.includes('Files')) {
      event.preventDefault();
      void uploadDropped(folder, event.dataTransfer);
    }
  };

  const onDragLeave = (event: DragEvent) => {
    if (!(event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget))) leave();
  };

  function scrollAtEdge(event: DragEvent): void {
    const element = box.current;
    if (element === null) return;
    const { top, bottom } = element.getBoundingClientRect();
    const by = event.clientY < top + edge ? -scrollStep : event.clientY > bottom - edge ? scrollStep : 0;
    if (scroll.current?.by === by) return;
    clearInterval(scroll.current?.timer);
    scroll.current = by === 0 ? null : { by, timer: setInterval(() => element.scrollBy(0, by), 16) };
  }

  return { target, handlers: { onDragOver, onDrop, onDragLeave, onDragEnd: leave } };
}

async function uploadDropped(folder: string, transfer: DataTransfer): Promise<void> {
  const { files, unreadable } = await droppedFiles(transfer);
  uploadTo(folder, files);
  if (unreadable > 0)
    showToast({ kind: 'error', title: `${unreadable} files could not be read`, description: 'They were left off.' });
  if (files.length >= mostDropped)
    showToast({
      kind: 'error',
      title: `Only the first ${mostDropped} files are uploaded`,
      description: 'Drop the others after.',
    });
}

/** The folder of the row under the pointer; the workspace itself beside all rows. */
function folderAt(target: EventTarget): string {
  const id = target instanceof Element ? target.closest('[data-path]')?.getAttribute('data-path') : null;
  if (id === null || id === undefined) return '';
  return fileTree.entryAt(id)?.kind === 'folder' ? id : folderOf(id);
}

/** Not into itself, and not to where everything is already. */
function mayMove(folder: string): boolean {
  return dragged.every((path) => !isWithin(folder, path)) && dragged.some((path) => folderOf(path) !== folder);
}
