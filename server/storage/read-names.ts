import type { Stats } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fault } from '#lib/core/fault.ts';
import type { FileItem } from '#lib/protocol/http/files.ts';
import { ioFault } from './io-fault.ts';

/** A name in a folder, and what it is. Found without a stat: 20,000 of them would take ten times as long as the names. */
export type NamedFile = Pick<FileItem, 'name' | 'kind'>;

/**
 * The names that people see in a folder: no hidden names, no special files, no links that lead out of the workspace.
 * @param folder its path in the workspace, for faults.
 * @param follow answers what a link leads to, or null when it leads nowhere or out.
 */
export async function readNames(
  absolute: string,
  folder: string,
  follow: (link: string) => Promise<Stats | null>,
): Promise<Fault | NamedFile[]> {
  try {
    const named: NamedFile[] = [];
    for (const entry of await readdir(absolute, { withFileTypes: true })) {
      if (entry.name.startsWith('.')) continue;
      // Some file systems do not say what a name is; then, as for a link, the thing itself is asked.
      const isKnown = entry.isFile() || entry.isDirectory();
      const isLink = entry.isSymbolicLink();
      const target = isKnown || !(isLink || isUnknown(entry)) ? entry : await follow(join(absolute, entry.name));
      if (target === null || !(target.isFile() || target.isDirectory())) continue;
      named.push({ name: entry.name, kind: kindOf(entry.name, target.isDirectory()) });
    }
    return named;
  } catch (error) {
    return ioFault(error, folder);
  }
}

export function kindOf(name: string, isFolder: boolean): FileItem['kind'] {
  return isFolder ? 'folder' : name.endsWith('.ipynb') ? 'notebook' : 'file';
}

/** Folders first, then by name as people count: `x9` before `x10`. */
export function sortNames(names: NamedFile[]): NamedFile[] {
  return names.sort(
    (a, b) =>
      Number(b.kind === 'folder') - Number(a.kind === 'folder') ||
      collator.compare(a.name, b.name) ||
      (a.name < b.name ? -1 : 1),
  );
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

function isUnknown(entry: {
  isBlockDevice(): boolean;
  isCharacterDevice(): boolean;
  isFIFO(): boolean;
  isSocket(): boolean;
}): boolean {
  return !(entry.isBlockDevice() || entry.isCharacterDevice() || entry.isFIFO() || entry.isSocket());
}
