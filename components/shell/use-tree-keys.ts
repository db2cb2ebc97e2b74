import { useRef, type KeyboardEvent } from 'react';
import type { Rows } from './file-rows.ts';
import { fileTree } from './file-tree-store.ts';
import { folderOf } from './locations.ts';

/** Letters typed within this pause look for one name, ms. */
const typingPause = 700;

type TreeKeys = {
  readonly rows: Rows;
  readonly active: string | null;
  /** Rows of one screen. */
  readonly page: number;
  readonly press: (id: string) => void;
  readonly openMenu: () => void;
};

/**
 * The motions of an ARIA tree: arrows, Home, End, pages, letters to find a name, Shift to choose several; the menu key.
 * What acts on files is in the registry of actions.
 */
export function useTreeKeys({ rows, active, page, press, openMenu }: TreeKeys) {
  const typed = useRef({ text: '', at: 0 });

  return (event: KeyboardEvent): void => {
    const accel = event.ctrlKey || event.metaKey;
    if (event.altKey || (accel && event.key !== ' ')) return;
    const at = active === null ? -1 : rows.indexOf(active);
    const row = rows.at(at);
    const goTo = (index: number) => {
      const id = rows.at(Math.max(0, Math.min(rows.length - 1, index)))?.id ?? null;
      if (event.shiftKey && id !== null) fileTree.selectTo(id);
      else fileTree.activate(id);
    };
    const entry = row?.kind === 'entry' ? row.entry : null;
    const isFolder = entry?.kind === 'folder';
    const expanded = row?.kind === 'entry' && row.expanded;

    switch (event.key) {
      case 'ArrowDown':
        goTo(at + 1);
        break;
      case 'ArrowUp':
        goTo(at === -1 ? rows.length - 1 : at - 1);
        break;
      case 'Home':
        goTo(0);
        break;
      case 'End':
        goTo(rows.length - 1);
        break;
      case 'PageDown':
        goTo(at + page);
        break;
      case 'PageUp':
        goTo(at - page);
        break;
      case 'ArrowRight':
        if (isFolder && !expanded) fileTree.toggle(entry.path, true);
        else if (isFolder) goTo(at + 1);
        break;
      case 'ArrowLeft':
        if (isFolder && expanded) fileTree.toggle(entry.path, false);
        else if (row !== undefined) {
          const parent = row.kind === 'entry' ? folderOf(row.entry.path) : row.folder;
          if (parent !== '') fileTree.activate(parent);
        }
        break;
      case ' ':
        if (accel && entry !== null) fileTree.toggleSelected(entry.path);
        else if (row !== undefined) press(row.id);
        break;
      case 'Enter':
        if (row !== undefined) press(row.id);
        break;
      case 'ContextMenu':
        openMenu();
        break;
      case 'F10':
        if (!event.shiftKey) return;
        openMenu();
        break;
      case 'Escape':
        if (!putAside()) return;
        break;
      default:
        if (event.key.length !== 1) return;
        find(event.key, event.timeStamp, at);
    }
    event.preventDefault();
    // The page's own shortcuts are for when the focus is elsewhere.
    event.stopPropagation();
  };

  function find(letter: string, time: number, from: number): void {
    const text = time - typed.current.at > typingPause ? letter : typed.current.text + letter;
    typed.current = { text, at: time };
    const wanted = text.toLowerCase();
    // A first letter looks below the active row, so that repeating it walks through the names.
    const start = text.length === 1 ? from + 1 : Math.max(0, from);
    for (let step = 0; step < rows.length; step += 1) {
      const row = rows.at((start + step) % rows.length);
      if (row?.kind === 'entry' && row.entry.name.slice(0, wanted.length).toLowerCase() === wanted) {
        fileTree.activate(row.id);
        return;
      }
    }
  }
}

/** Escape takes back one thing: what is chosen, what is cut, the filter. False when there is none. */
function putAside(): boolean {
  const { selection, clipboard, found, active } = fileTree.getSnapshot();
  if (selection.paths.size > 0) fileTree.activate(active);
  else if (clipboard !== null) fileTree.setClipboard(null);
  else if (found !== null) fileTree.filter('');
  else return false;
  return true;
}
