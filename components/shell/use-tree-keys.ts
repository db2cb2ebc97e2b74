import { useRef, type KeyboardEvent } from 'react';
import type { FileItem } from '#lib/protocol/http/files.ts';
import type { FileRow } from './file-rows.ts';
import { fileTree } from './file-tree-store.ts';
import { folderOf } from './locations.ts';

/** Letters typed within this pause look for one name, ms. */
const typingPause = 700;

type TreeKeys = {
  readonly rows: readonly FileRow[];
  readonly active: string | null;
  readonly press: (id: string) => void;
  readonly remove: (entry: FileItem) => void;
};

/** The keys of an ARIA tree: arrows, Home, End, Enter, letters to find a name, F2 and Delete. */
export function useTreeKeys({ rows, active, press, remove }: TreeKeys) {
  const typed = useRef({ text: '', at: 0 });

  return (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = rows.findIndex((row) => row.id === active);
    const row = rows[at];
    const goTo = (index: number) => fileTree.activate(rows[Math.max(0, Math.min(rows.length - 1, index))]?.id ?? null);
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
        goTo(at + 20);
        break;
      case 'PageUp':
        goTo(at - 20);
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
      case 'Enter':
      case ' ':
        if (row !== undefined) press(row.id);
        break;
      case 'F2':
        if (entry !== null) fileTree.rename(entry.path);
        break;
      case 'Delete':
        if (entry !== null) remove(entry);
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
      const row = rows[(start + step) % rows.length];
      if (row?.kind === 'entry' && row.entry.name.toLowerCase().startsWith(wanted)) {
        fileTree.activate(row.id);
        return;
      }
    }
  }
}
