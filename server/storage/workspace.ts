import { randomBytes } from 'node:crypto';
import { constants, realpathSync, type Stats } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, realpath, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import type { FileEntry } from '#lib/protocol/http/files.ts';
import { contentHash } from './content-hash.ts';
import { errnoOf, ioFault } from './io-fault.ts';
import { type NamedFile, kindOf, readNames, sortNames } from './read-names.ts';
import { type FoundNames, searchNames } from './search-names.ts';
import { Trash, moveExclusively } from './trash.ts';
import { checkName, isWithin, joinPath, parsePath, splitPath } from './workspace-path.ts';
import { syncFolder, writeFileDurably } from './write-file.ts';

/**
 * The folder tree that people see. Owns the rule that no path leaves the root: every call takes a path as a browser
 * sent it, parses it literally, and follows symlinks only to places inside. Read and written by HTTP routes and rooms.
 */
export type ResolvedFile = {
  /** Canonical path in the workspace: symlinks followed. Two names of one file resolve to the same path. */
  readonly path: string;
  /** Absolute path without symlinks. */
  readonly absolute: string;
};

/** A regular file that is open; `stats` are of the open file. */
export type OpenFile = { readonly handle: FileHandle; readonly stats: Stats; readonly file: ResolvedFile };

/** Bytes that are held in memory at once; larger files are streamed. */
const largestFile = 256 * 1024 * 1024;

export class Workspace {
  /** Absolute, symlinks resolved. */
  readonly root: string;
  readonly trashBin: Trash;

  /** The server's own folder, which is never served, also when it lies below the root. */
  readonly #reserved: string | null;

  /** Throws when a folder does not exist: the caller checks its own flags. */
  constructor(root: string, trashFolder: string, reserved: string | null = null) {
    this.root = realpathSync(root);
    this.trashBin = new Trash(trashFolder);
    this.#reserved = reserved === null ? null : realpathSync(reserved);
  }

  /** Names of one folder: folders first, then by name. Hidden names, special files and links that lead out are left off. */
  async list(folder: string): Promise<Fault | { readonly path: string; readonly entries: NamedFile[] }> {
    const found = await this.resolve(folder);
    if (isFault(found)) return found;
    const names = await readNames(found.absolute, folder, (link) => this.#followInside(link));
    return isFault(names) ? names : { path: folder, entries: sortNames(names) };
  }

  /** Files and folders whose names have the words of the query; stops early when `signal` fires. */
  search(query: string, signal: AbortSignal): Promise<FoundNames> {
    const read = async (folder: string): Promise<Fault | NamedFile[]> => {
      const absolute = join(this.root, ...folder.split('/'));
      return this.#contains(absolute) ? readNames(absolute, folder, (link) => this.#followToFile(link)) : [];
    };
    return searchNames(query, read, signal);
  }

  async stat(path: string): Promise<Fault | FileEntry> {
    const found = await this.resolve(path);
    if (isFault(found)) return found;
    try {
      return toEntry(path, await stat(found.absolute)) ?? notRegular(path);
    } catch (error) {
      return ioFault(error, path);
    }
  }

  /** Makes an empty notebook, file or folder; without a name the first free “Untitled”. Never overwrites. */
  async create(folder: string, kind: 'notebook' | 'file' | 'folder', name?: string): Promise<Fault | FileEntry> {
    const parent = await this.resolve(folder);
    if (isFault(parent)) return parent;
    const ending = kind === 'notebook' ? '.ipynb' : kind === 'file' ? '.txt' : '';
    const wanted =
      name === undefined || name === ''
        ? null
        : kind === 'notebook' && !name.endsWith('.ipynb')
          ? `${name}.ipynb`
          : name;
    if (wanted !== null) {
      const bad = checkName(wanted);
      if (bad !== null) return bad;
    }
    for (let count = 0; count < 10_000; count++) {
      const candidate = wanted ?? `Untitled${count === 0 ? '' : ` ${count}`}${ending}`;
      const absolute = join(parent.absolute, candidate);
      try {
        if (kind === 'folder') await mkdir(absolute);
        else await writeNew(absolute, kind === 'notebook' ? emptyNotebook() : '');
        await syncFolder(parent.absolute);
        return await this.stat(joinPath(folder, candidate));
      } catch (error) {
        if (errnoOf(error) !== 'EEXIST' || wanted !== null) return ioFault(error, joinPath(folder, candidate));
      }
    }
    return fault('file.exists', 'No free name was found.', 'Give a name.');
  }

  /** Renames or moves. Never overwrites; a link is moved, not what it leads to. */
  async rename(from: string, to: string): Promise<Fault | FileEntry> {
    const source = await this.resolveEntry(from);
    if (isFault(source)) return source;
    const target = await this.resolveEntry(to);
    if (isFault(target)) return target;
    if (source.path === target.path) return this.stat(to);
    if (isWithin(target.path, source.path)) return fault('file.path', 'A folder cannot be moved into itself.');
    try {
      await moveExclusively(source.absolute, target.absolute);
      await syncFolder(dirname(target.absolute));
      await syncFolder(dirname(source.absolute));
      return await this.stat(to);
    } catch (error) {
      // ENOENT speaks of the source, every other errno of the target's name.
      return ioFault(error, errnoOf(error) === 'ENOENT' ? from : to);
    }
  }

  async trash(path: string): Promise<Fault | { readonly trashId: string }> {
    const found = await this.resolveEntry(path);
    if (isFault(found)) return found;
    try {
      await lstat(found.absolute);
    } catch (error) {
      return ioFault(error, path);
    }
    return this.trashBin.move(path, found.absolute);
  }

  /** Puts something back where it was, under a free name when that is taken; makes its folder again when that is gone. */
  async restore(trashId: string): Promise<Fault | FileEntry> {
    const item = await this.trashBin.find(trashId);
    if (isFault(item)) return item;
    const { folder, name } = splitPath(item.path);
    const made = await this.makeFolders(folder);
    if (isFault(made)) return made;
    const dot = name.lastIndexOf('.');
    const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
    for (let count = 0; count < 10_000; count++) {
      const path = joinPath(
        folder,
        count === 0 ? name : `${stem} (restored${count === 1 ? '' : ` ${count}`})${ending}`,
      );
      const target = await this.resolveEntry(path);
      if (isFault(target)) return target;
      const refused = await this.trashBin.takeOut(trashId, target.absolute);
      if (refused === null) return this.stat(path);
      if (refused.fault !== 'file.exists') return refused;
    }
    return fault('file.exists', 'No free name was found.');
  }

  /** Opens a regular file for reading; the caller closes it. */
  async openFile(path: string): Promise<Fault | OpenFile> {
    const found = await this.resolve(path);
    if (isFault(found)) return found;
    let handle: FileHandle | null = null;
    try {
      // No link is followed any more, and a pipe that took the file's place does not block the open.
      handle = await open(found.absolute, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
      const stats = await handle.stat();
      const refused = stats.isDirectory()
        ? fault('file.kind', `“${path}” is a folder.`)
        : stats.isFile()
          ? await this.resolve(path)
          : notRegular(path);
      if (!isFault(refused)) return { handle, stats, file: found };
      await handle.close();
      return refused;
    } catch (error) {
      await handle?.close();
      return ioFault(error, path);
    }
  }

  async readBytes(
    path: string,
  ): Promise<
    Fault | { readonly bytes: Uint8Array; readonly hash: string; readonly stats: Stats; readonly file: ResolvedFile }
  > {
    const opened = await this.openFile(path);
    if (isFault(opened)) return opened;
    const { handle, stats, file } = opened;
    try {
      if (stats.size > largestFile)
        return fault(
          'file.tooLarge',
          `“${path}” is larger than ${largestFile / 1024 / 1024} MiB.`,
          'Clear the outputs with another tool, or split the file; it can still be downloaded.',
        );
      const bytes = await handle.readFile();
      const after = await this.resolve(path);
      return isFault(after) ? after : { bytes, hash: contentHash(bytes), stats, file };
    } catch (error) {
      return ioFault(error, path);
    } finally {
      await handle.close();
    }
  }

  /** Replaces the text of a file, on condition that its bytes still have this hash. The old bytes go to the trash. */
  async writeText(path: string, text: string, hash: string): Promise<Fault | FileEntry> {
    const old = await this.readBytes(path);
    if (isFault(old)) return old;
    const changed = () =>
      fault('file.changed', `“${path}” was changed by somebody else.`, 'Open it again, then make your change.');
    if (old.hash !== hash) return changed();
    const kept = await this.trashBin.keep(path, old.bytes);
    if (isFault(kept)) return kept;
    const check = async () => {
      const present = await this.readBytes(path);
      if (isFault(present)) return present;
      return present.hash === hash ? null : changed();
    };
    const refused = await writeFileDurably(old.file.absolute, Buffer.from(text), { label: path, check });
    return refused ?? this.stat(path);
  }

  /** Where an existing file or folder lies; a fault when it does not exist or leads out of the root. */
  async resolve(path: string): Promise<Fault | ResolvedFile> {
    const segments = parsePath(path);
    if (isFault(segments)) return segments;
    const literal = join(this.root, ...segments);
    try {
      const absolute = await realpath(literal);
      if (!this.#contains(absolute)) return outside(path);
      return { path: relative(this.root, absolute).split(sep).join('/'), absolute };
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') return ioFault(error, path);
      // Do not tell what exists outside: a link out is refused before it is said to be missing.
      return (await this.#deepestInside(dirname(literal))) ? ioFault(error, path) : outside(path);
    }
  }

  /** Where to write a file that exists (links followed) or is to be made anew in an existing folder. */
  async resolveForWriting(path: string): Promise<Fault | ResolvedFile> {
    const found = await this.resolve(path);
    return isFault(found) && found.fault === 'file.notFound' ? this.resolveEntry(path) : found;
  }

  /** The entry itself, last part not followed; its folder must exist inside the root. */
  async resolveEntry(path: string): Promise<Fault | ResolvedFile> {
    if (path === '') return fault('file.path', 'The workspace itself cannot be moved or deleted.');
    const bad = parsePath(path);
    if (isFault(bad)) return bad;
    const { folder, name } = splitPath(path);
    const parent = await this.resolve(folder);
    if (isFault(parent)) return parent;
    const absolute = join(parent.absolute, name);
    if (this.#reserved !== null && (isBelow(this.#reserved, absolute) || isBelow(absolute, this.#reserved))) {
      return fault('file.path', 'This folder holds the state of Farfield itself and is left alone.');
    }
    return { path: joinPath(parent.path, name), absolute };
  }

  /** Makes the folders of a path that are missing. */
  async makeFolders(folder: string): Promise<Fault | null> {
    const segments = parsePath(folder);
    if (isFault(segments)) return segments;
    let path = '';
    for (const segment of segments) {
      path = joinPath(path, segment);
      const target = await this.resolveEntry(path);
      if (isFault(target)) return target;
      try {
        await mkdir(target.absolute);
      } catch (error) {
        if (errnoOf(error) !== 'EEXIST') return ioFault(error, path);
      }
    }
    return null;
  }

  /** What a link leads to, when that lies inside. */
  async #followInside(link: string): Promise<Stats | null> {
    try {
      const absolute = await realpath(link);
      return this.#contains(absolute) ? await stat(absolute) : null;
    } catch (error) {
      if (errnoOf(error) === null) throw error;
      return null;
    }
  }

  /** As above, but behind a link only files: folders that link to each other would never end. */
  async #followToFile(link: string): Promise<Stats | null> {
    const target = await this.#followInside(link);
    return target?.isDirectory() === true && (await realpath(link)) !== link ? null : target;
  }

  /** Whether the nearest existing folder above a missing path is inside the root. */
  async #deepestInside(folder: string): Promise<boolean> {
    for (let at = folder; at.length >= this.root.length; at = dirname(at)) {
      try {
        return this.#contains(await realpath(at));
      } catch (error) {
        if (errnoOf(error) !== 'ENOENT') return false;
      }
    }
    return false;
  }

  #contains(absolute: string): boolean {
    return isBelow(absolute, this.root) && (this.#reserved === null || !isBelow(absolute, this.#reserved));
  }
}

function toEntry(path: string, stats: Stats): FileEntry | null {
  if (!stats.isFile() && !stats.isDirectory()) return null;
  const { name } = splitPath(path);
  const kind = kindOf(name, stats.isDirectory());
  return { name, path, kind, size: kind === 'folder' ? 0 : stats.size, modifiedAt: Math.round(stats.mtimeMs) };
}

const outside = (path: string) => fault('file.path', `“${path}” leads out of the workspace.`);
const notRegular = (path: string) => fault('file.kind', `“${path}” is not a regular file.`);

async function writeNew(absolute: string, text: string): Promise<void> {
  const handle = await open(absolute, 'wx', 0o644);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** One empty code cell, as the newest format wants it. The kernel's name is written when one is chosen. */
function emptyNotebook(): string {
  const cell = {
    cell_type: 'code',
    execution_count: null,
    id: randomBytes(4).toString('hex'),
    metadata: {},
    outputs: [],
    source: [],
  };
  return `${JSON.stringify({ cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`;
}

/** Whether an absolute path is a folder or lies below it. */
function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
