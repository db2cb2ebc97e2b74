'use client';
import { createContext, useContext, useSyncExternalStore } from 'react';
import type { NotebookDocument } from '#lib/client/document/notebook-document.ts';
import type { NotebookResults } from '#lib/client/results/notebook-results.ts';
import type { CellId } from '#lib/core/ids.ts';
import type { CellWindow } from './cell-window.ts';
import type { CellDrag } from './cell-drag.ts';
import type { CellMenuStore } from './cell-menu.ts';
import type { EditorSlot } from './editor-slot.ts';
import type { KernelHelp } from './kernel-help/kernel-help.ts';
import type { FindStore } from './find/find-store.ts';
import type { HistoryStore } from './history/history-store.ts';
import type { NotebookCommands } from './notebook-commands.ts';
import type { NotebookEditor } from './notebook-editor.ts';
import type { NotebookMode, SelectionStore } from './selection.ts';

/** What the cells of one notebook view share. Never changes while the view is mounted: state is in the stores. */
export type NotebookParts = {
  readonly document: NotebookDocument;
  readonly results: NotebookResults;
  readonly selection: SelectionStore;
  readonly editor: EditorSlot;
  /** Which cells are in the page, and every scroll that is not the reader's own. */
  readonly cells: CellWindow;
  readonly find: FindStore;
  readonly history: HistoryStore;
  readonly commands: NotebookCommands;
  readonly menu: CellMenuStore;
  readonly drag: CellDrag;
  readonly help: KernelHelp;
  /** Address relative to the notebook → address to load. */
  readonly resolveUrl: (address: string) => string | null;
};

export const NotebookContext = createContext<NotebookParts | null>(null);

export function useNotebook(): NotebookParts {
  const parts = useContext(NotebookContext);
  if (parts === null) throw new Error('a cell outside of a notebook view');
  return parts;
}

/** The mode of a cell when it is the active one, else null. Renders only the cells that change. */
export function useActiveMode(id: CellId): NotebookMode | null {
  const { selection } = useNotebook();
  const read = () => {
    const { active, mode } = selection.get();
    return active === id ? mode : null;
  };
  return useSyncExternalStore(selection.subscribe, read, () => null);
}

/** Whether a cell is one of several selected ones. */
export function useIsSelected(id: CellId): boolean {
  const { selection } = useNotebook();
  return useSyncExternalStore(
    selection.subscribe,
    () => selection.get().selected.has(id),
    () => false,
  );
}

/** The live editor, once its code is loaded. */
export function useLiveEditor(): NotebookEditor | null {
  const { editor } = useNotebook();
  return useSyncExternalStore(editor.subscribe, editor.get, () => null);
}
