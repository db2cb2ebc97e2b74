import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { cp, lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import type { FileEntry } from '#lib/protocol/http/files.ts';
import { freeNames } from './free-names.ts';
import { errnoOf, ioFault } from './io-fault.ts';
import { moveExclusively } from './trash.ts';
import type { Workspace } from './workspace.ts';
import { isWithin, joinPath, splitPath } from './workspace-path.ts';
import { syncFolder } from './write-file.ts';

/** More than this is no slip of the hand: it is asked for with a tool of the system. */
const mostEntries = 20_000;
const mostBytes = 8 * 1024 ** 3;

/**
 * Copies a file or folder under a free name into a folder of the workspace. The copy is made under a hidden name and
 * appears when it is whole; a failed one leaves nothing behind. Links stay links, special files are left off.
 */
export async function copyEntry(workspace: Workspace, path: string, folder: string): Promise<Fault | FileEntry> {
  const source = await workspace.resolveEntry(path);
  if (isFault(source)) return source;
  const { name } = splitPath(source.path);
  const parent = await workspace.resolve(folder);
  if (isFault(parent)) return parent;
  if (parent.path !== source.path && isWithin(parent.path, source.path))
    return fault('file.path', 'A folder cannot be copied into itself.');
  const temporary = join(parent.absolute, `.farfield-${randomBytes(6).toString('hex')}.part`);
  try {
    const size = await weigh(source.absolute);
    if (size.entries > mostEntries || size.bytes > mostBytes)
      return fault('file.tooLarge', `“${path}” has more than ${mostEntries} files or 8 GiB.`, 'Copy it in a terminal.');
    await cp(source.absolute, temporary, {
      recursive: true,
      errorOnExist: true,
      force: false,
      verbatimSymlinks: true,
      mode: constants.COPYFILE_FICLONE,
      filter: async (from) => isOrdinary(await lstat(from)),
    });
    return await appear(workspace, temporary, {
      folder,
      absolute: parent.absolute,
      name,
      elsewhere: parent.path !== splitPath(source.path).folder,
    });
  } catch (error) {
    return ioFault(error, path);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

type Place = { readonly folder: string; readonly absolute: string; readonly name: string; readonly elsewhere: boolean };

function* candidates({ elsewhere, name }: Place): Generator<string> {
  if (elsewhere) yield name;
  yield* freeNames(name, 'copy');
}

/** In another folder the copy keeps its name when that is free. */
async function appear(workspace: Workspace, temporary: string, to: Place): Promise<Fault | FileEntry> {
  for (const name of candidates(to)) {
    const path = joinPath(to.folder, name);
    const target = await workspace.resolveEntry(path);
    if (isFault(target)) return target;
    try {
      await moveExclusively(temporary, target.absolute);
      await syncFolder(to.absolute);
      return await workspace.stat(path);
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error;
    }
  }
  return fault('file.exists', 'No free name was found.');
}

async function weigh(path: string): Promise<{ readonly entries: number; readonly bytes: number }> {
  const total = { entries: 0, bytes: 0 };
  const waiting = [path];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const stats = await lstat(at);
    total.entries += 1;
    if (stats.isFile()) total.bytes += stats.size;
    if (total.entries > mostEntries || total.bytes > mostBytes) return total;
    if (stats.isDirectory()) for (const name of await readdir(at)) waiting.push(join(at, name));
  }
  return total;
}

const isOrdinary = (stats: { isFile(): boolean; isDirectory(): boolean; isSymbolicLink(): boolean }) =>
  stats.isFile() || stats.isDirectory() || stats.isSymbolicLink();
