import { z } from 'zod';

/**
 * Texts of files that were edited here and not saved, kept in this browser so that neither a reload nor a closed tab
 * loses them. Written by the text editor; renames move them.
 */
export type FileDraft = {
  /** SHA-256 of the bytes that were edited. */
  readonly base: string;
  readonly text: string;
};

const prefix = 'farfield-draft:';
/** Longer texts are not kept, UTF-16 units: all of a site's storage is about five million. */
export const longestDraft = 1_000_000;
const draftSchema = z.object({ base: z.string(), text: z.string() });

export function readDraft(path: string, storage: Storage = localStorage): FileDraft | null {
  try {
    const text = storage.getItem(prefix + path);
    const parsed = text === null ? null : draftSchema.safeParse(JSON.parse(text));
    return parsed?.success === true ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Keeps or (null) forgets a draft. False when this browser has no room for it. */
export function keepDraft(path: string, draft: FileDraft | null, storage: Storage = localStorage): boolean {
  try {
    if (draft === null) storage.removeItem(prefix + path);
    else if (draft.text.length > longestDraft) return false;
    else storage.setItem(prefix + path, JSON.stringify(draft));
    return true;
  } catch {
    return false;
  }
}

/** Paths of all files with a draft. */
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
  for (const path of draftPaths(storage)) {
    if (path !== from && !path.startsWith(`${from}/`)) continue;
    const draft = readDraft(path, storage);
    if (draft !== null && keepDraft(to + path.slice(from.length), draft, storage)) keepDraft(path, null, storage);
  }
}
