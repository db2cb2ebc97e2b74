import { z } from 'zod';
import { movedPath } from '#lib/core/moved-path.ts';

/**
 * Texts of files that were edited here and not saved, kept in this browser so that neither a reload nor a closed tab
 * loses them; what the browser has no room for lives as long as the page. Written by the text editor; renames move them.
 */
export type FileDraft = {
  /** SHA-256 of the bytes that were edited. */
  readonly base: string;
  readonly text: string;
};

const prefix = 'farfield-draft:';
/** Longer texts are not kept, UTF-16 units: all of a site's storage is about five million. */
export const longestDraft = 1_000_000;
/** Drafts that storage refused, by path. */
const held = new Map<string, FileDraft>();
const followers = new Set<(from: string, to: string) => void>();
const draftSchema = z.object({ base: z.string(), text: z.string() });

export function readDraft(path: string, storage: Storage = localStorage): FileDraft | null {
  try {
    const present = held.get(path);
    if (present !== undefined) return present;
    const text = storage.getItem(prefix + path);
    const parsed = text === null ? null : draftSchema.safeParse(JSON.parse(text));
    return parsed?.success === true ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Keeps or (null) forgets a draft. False when this browser has no room for it: it is then gone with the page. */
export function keepDraft(path: string, draft: FileDraft | null, storage: Storage = localStorage): boolean {
  held.delete(path);
  try {
    if (draft === null) storage.removeItem(prefix + path);
    else if (draft.text.length <= longestDraft) storage.setItem(prefix + path, JSON.stringify(draft));
    else held.set(path, draft);
  } catch {
    if (draft !== null) held.set(path, draft);
  }
  return !held.has(path);
}

/** Whether a draft goes with the page. */
export function holdsDrafts(): boolean {
  return held.size > 0;
}

/** Paths of all files with a draft in this browser. */
export function draftPaths(storage: Storage = localStorage): readonly string[] {
  try {
    return Object.keys(storage)
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length));
  } catch {
    return [];
  }
}

/** Follows a rename of a file or of a folder above it. */
export function moveDrafts(from: string, to: string, storage: Storage = localStorage): void {
  for (const follow of Array.from(followers)) follow(from, to);
  for (const path of [...draftPaths(storage), ...held.keys()]) {
    const moved = movedPath(path, from, to);
    const draft = moved === path ? null : readDraft(path, storage);
    if (draft === null) continue;
    keepDraft(moved, draft, storage);
    keepDraft(path, null, storage);
  }
}

/** Called before drafts are moved: an editor keeps what it has, and goes on under the new path. */
export function onDraftsMove(listener: (from: string, to: string) => void): () => void {
  followers.add(listener);
  return () => void followers.delete(listener);
}
