import { type Fault, isFault } from '#lib/core/fault.ts';
import { nameMatcher } from '#lib/core/name-matcher.ts';
import type { FileItem } from '#lib/protocol/http/files.ts';
import type { NamedFile } from './read-names.ts';
import { joinPath } from './workspace-path.ts';

/** `complete` is false when a limit ended the search. */
export type FoundNames = {
  readonly hits: Pick<FileItem, 'path' | 'kind'>[];
  readonly complete: boolean;
};

const mostHits = 500;
/** Names looked at before the search gives up; about two seconds of a slow disk. */
const mostNames = 200_000;

/** Folders that tools fill by the ten thousand and people do not open. */
const skippedFolders: ReadonlySet<string> = new Set(['node_modules', '__pycache__', 'site-packages']);

/**
 * Finds names that have every word of the query, whatever their case; with a slash in it, words of paths. Breadth first:
 * what lies near the top is found first. Folders that cannot be read, and what lies behind links, are left off.
 * @param read the names of one folder.
 */
export async function searchNames(
  query: string,
  read: (folder: string) => Promise<Fault | readonly NamedFile[]>,
  signal: AbortSignal,
): Promise<FoundNames> {
  const matches = nameMatcher(query);
  const hits: Pick<FileItem, 'path' | 'kind'>[] = [];
  const folders = [''];
  let looked = 0;
  for (let at = 0; at < folders.length; at++) {
    if (signal.aborted) return { hits, complete: false };
    const folder = folders[at] ?? '';
    const names = await read(folder);
    if (isFault(names)) continue;
    for (const { name, kind } of names) {
      if (++looked > mostNames) return { hits, complete: false };
      const path = joinPath(folder, name);
      if (matches(name, path)) {
        if (hits.length === mostHits) return { hits, complete: false };
        hits.push({ path, kind });
      }
      if (kind === 'folder' && !skippedFolders.has(name)) folders.push(path);
    }
  }
  return { hits, complete: true };
}
