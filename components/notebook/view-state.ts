import { z } from 'zod';
import { cellId } from '#lib/core/ids.ts';
import type { ViewAnchor } from './cell-window.ts';

/** Where somebody was in a notebook: the active cell, and what the top of the view showed (null: the beginning). */
export type ViewState = { readonly active: string | null; readonly anchor: ViewAnchor | null };

const key = 'farfield-notebook-views';
/** Notebooks whose place is remembered; the one left longest ago goes first. */
const mostNotebooks = 100;

const storedSchema = z.array(
  z.tuple([
    z.string(),
    z.object({
      active: z.string().nullable(),
      anchor: z.object({ id: z.string().transform(cellId), top: z.number() }).nullable(),
    }),
  ]),
);

/** The place in a notebook when it was last left in this browser. */
export function readViewState(path: string, storage: Storage = localStorage): ViewState | null {
  return new Map(readAll(storage)).get(path) ?? null;
}

/** Remembers a place, for this browser. Storage that is full or forbidden costs the memory, never the page. */
export function keepViewState(path: string, state: ViewState, storage: Storage = localStorage): void {
  const others = readAll(storage).filter(([other]) => other !== path);
  try {
    storage.setItem(key, JSON.stringify([...others, [path, state]].slice(-mostNotebooks)));
  } catch {
    // Private windows may refuse storage.
  }
}

function readAll(storage: Storage): readonly (readonly [string, ViewState])[] {
  try {
    const parsed = storedSchema.safeParse(JSON.parse(storage.getItem(key) ?? '[]'));
    return parsed.success ? parsed.data : [];
  } catch {
    return [];
  }
}
