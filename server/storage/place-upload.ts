import { lstat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import type { FileEntry } from '#lib/protocol/http/files.ts';
import type { OnClash } from '#lib/protocol/http/uploads.ts';
import { diskEffects } from './disk-effects.ts';
import { freeNames } from './free-names.ts';
import { ioFault } from './io-fault.ts';
import { moveExclusively } from './trash.ts';
import type { Workspace } from './workspace.ts';
import { joinPath, splitPath } from './workspace-path.ts';
import { syncFolder } from './write-file.ts';

type Placing = {
  /** Absolute path of the whole upload, in the folder of its target. */
  readonly part: string;
  readonly path: string;
  readonly onClash: OnClash;
  readonly replace: (path: string, act: () => Promise<Fault | FileEntry>) => Promise<Fault | FileEntry>;
};

/** The last step of an upload: the bytes appear under their name, whole. What had the name is kept in the trash. */
export async function placeUpload(
  workspace: Workspace,
  { part, path, onClash, replace }: Placing,
): Promise<Fault | FileEntry> {
  const placed = await placeAt(workspace, part, path);
  if (!isFault(placed) || placed.fault !== 'file.exists' || onClash === 'refuse') return placed;
  if (onClash === 'replace') return replace(path, () => putInPlaceOf(workspace, part, path));
  const { folder, name } = splitPath(path);
  for (const free of freeNames(name, '')) {
    const entry = await placeAt(workspace, part, joinPath(folder, free));
    if (!isFault(entry) || entry.fault !== 'file.exists') return entry;
  }
  return fault('file.exists', 'No free name was found.');
}

async function placeAt(workspace: Workspace, part: string, path: string): Promise<Fault | FileEntry> {
  const target = await workspace.resolveEntry(path);
  if (isFault(target)) return target;
  try {
    await moveExclusively(part, target.absolute);
    await syncFolder(dirname(target.absolute));
    return await workspace.stat(path);
  } catch (error) {
    return ioFault(error, path);
  }
}

/** At no time is there no file: the old bytes get a second name in the trash, then the new ones take the first. */
async function putInPlaceOf(workspace: Workspace, part: string, path: string): Promise<Fault | FileEntry> {
  const target = await workspace.resolve(path);
  if (isFault(target)) return target;
  try {
    if (!(await lstat(target.absolute)).isFile()) return fault('file.kind', `“${path}” is not a file.`);
    const kept = await workspace.trashBin.keepFile(path, target.absolute);
    if (isFault(kept)) return kept;
    await diskEffects.rename(part, target.absolute);
    await syncFolder(dirname(target.absolute));
    return await workspace.stat(path);
  } catch (error) {
    return ioFault(error, path);
  }
}
