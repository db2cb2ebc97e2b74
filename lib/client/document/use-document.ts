'use client';
import { useCallback, useMemo, useSyncExternalStore } from 'react';
import type { CellId } from '#lib/core/ids.ts';
import type { JsonObject } from '#lib/core/json.ts';
import type { CellFrame } from './cell-stores.ts';
import type { DocumentSnapshot } from './document-snapshot.ts';
import type { NotebookDocument } from './notebook-document.ts';

/** Where the notebook stands: open, saved, since when, why not. */
export function useDocument(document: NotebookDocument): DocumentSnapshot {
  return useSyncExternalStore(document.subscribe, document.getSnapshot, document.getSnapshot);
}

const noCells: readonly CellId[] = [];

/** Ids of all cells in order. */
export function useCellIds(document: NotebookDocument): readonly CellId[] {
  const subscribe = useCallback((listener: () => void) => document.cells.onOrder(listener), [document]);
  return useSyncExternalStore(
    subscribe,
    () => document.cells.ids(),
    () => noCells,
  );
}

/** The place of each cell, from 0: for lists that name many. */
export function useCellPlaces(document: NotebookDocument): ReadonlyMap<CellId, number> {
  const ids = useCellIds(document);
  return useMemo(() => new Map(ids.map((id, place) => [id, place])), [ids]);
}

/** Type, metadata and attachments of one cell; undefined once it is deleted. Typing does not render again. */
export function useCell(document: NotebookDocument, id: CellId): CellFrame | undefined {
  const subscribe = useCallback((listener: () => void) => document.cells.onFrame(id, listener), [document, id]);
  return useSyncExternalStore(
    subscribe,
    () => document.cells.frame(id),
    () => undefined,
  );
}

/** The present source of one cell. */
export function useCellSource(document: NotebookDocument, id: CellId): string {
  const subscribe = useCallback((listener: () => void) => document.cells.onSource(id, listener), [document, id]);
  return useSyncExternalStore(
    subscribe,
    () => document.cells.source(id),
    () => '',
  );
}

const noMetadata: JsonObject = {};

/** The notebook's own metadata (kernelspec, language). */
export function useNotebookMetadata(document: NotebookDocument): JsonObject {
  const subscribe = useCallback((listener: () => void) => document.cells.onMetadata(listener), [document]);
  return useSyncExternalStore(
    subscribe,
    () => document.cells.metadata(),
    () => noMetadata,
  );
}
