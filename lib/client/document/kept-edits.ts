import { z } from 'zod';
import type { EpochId, NotebookId } from '#lib/core/ids.ts';
import type { NotebookContent } from '#lib/core/notebook/model.ts';

/**
 * Edits that the server did not have when a page was left, for the page that the same tab loads next: after a reload
 * because the server was updated, or in the middle of a lost line. They live in the tab's own storage, so that no other
 * tab makes them as well. Written and taken up by `PageDocuments` alone.
 */
export type KeptEdits = {
  readonly path: string;
  readonly notebookId: NotebookId;
  readonly epoch: EpochId;
  /** The edits as one Yjs update, on top of what the server has of this epoch. */
  readonly update: Uint8Array;
  /** What the server had and what this page had: for a server that begins another epoch. */
  readonly base: NotebookContent;
  readonly mine: NotebookContent;
};

const key = 'farfield-unsent';
const schema = z.array(
  z.object({
    path: z.string(),
    notebookId: z.string().transform((value) => value as NotebookId),
    epoch: z.string().transform((value) => value as EpochId),
    update: z.string().transform(fromBase64),
    base: z.custom<NotebookContent>(isContent),
    mine: z.custom<NotebookContent>(isContent),
  }),
);

/** What an earlier page of this tab kept. What cannot be read, as that of another version, counts as nothing. */
export function readKept(storage: Storage | null): readonly KeptEdits[] {
  try {
    const text = storage?.getItem(key) ?? null;
    const parsed = text === null ? null : schema.safeParse(JSON.parse(text));
    return parsed?.success === true ? parsed.data : [];
  } catch {
    return [];
  }
}

/** Keeps these edits in place of all before. False when the tab has no room for them: they are then in the page alone. */
export function keepEdits(kept: readonly KeptEdits[], storage: Storage | null): boolean {
  try {
    if (kept.length === 0) storage?.removeItem(key);
    else storage?.setItem(key, JSON.stringify(kept.map((one) => ({ ...one, update: toBase64(one.update) }))));
    return storage !== null || kept.length === 0;
  } catch {
    return false;
  }
}

/** The cells that were changed or made, as somebody can paste them; of edits that only took away, all that was left. */
export function keptText({ base, mine }: KeptEdits): string {
  const before = new Map(base.cells.map(({ id, source }) => [id, source]));
  const edited = mine.cells.filter(({ id, source }) => before.get(id) !== source);
  return (edited.length === 0 ? mine.cells : edited).map(({ source }) => source).join('\n\n');
}

/** The tab's storage; null where the browser denies it. */
export function tabStorage(): Storage | null {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
}

function isContent(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'cells' in value && Array.isArray(value.cells);
}

function toBase64(bytes: Uint8Array): string {
  let text = '';
  // In slices: all at once are too many arguments.
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
