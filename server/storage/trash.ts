import { randomBytes } from 'node:crypto';
import { cp, lstat, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import { diskEffects, type DiskEffects } from './disk-effects.ts';
import { errnoOf, ioFault } from './io-fault.ts';
import { syncFolder, writeFileDurably } from './write-file.ts';

/**
 * What people delete, and what is kept of files before they are overwritten by force. One folder per item:
 * `<trash>/<id>/origin.json` says where it was, `<trash>/<id>/content` is the thing itself.
 */
const originSchema = z.object({ path: z.string(), at: z.number(), reason: z.enum(['deleted', 'overwritten']) });
export type TrashOrigin = z.infer<typeof originSchema>;

export type TrashItem = TrashOrigin & { readonly trashId: string };

const idShape = /^[0-9]{10,16}-[0-9a-f]{16}$/;

export class Trash {
  readonly folder: string;
  readonly #now: () => number;
  readonly #effects: DiskEffects;

  constructor(folder: string, now: () => number = Date.now, effects: DiskEffects = diskEffects) {
    this.folder = folder;
    this.#now = now;
    this.#effects = effects;
  }

  /** Moves a file, link or folder in. `path` is its path in the workspace, `absolute` where it lies. */
  async move(path: string, absolute: string): Promise<Fault | { readonly trashId: string }> {
    const item = await this.#begin({ path, at: this.#now(), reason: 'deleted' });
    if (isFault(item)) return item;
    try {
      await moveTo(absolute, join(item.folder, 'content'), this.#effects);
      return { trashId: item.id };
    } catch (error) {
      if (error instanceof LeftBehind)
        return fault('file.permission', `Not all of “${path}” could be deleted; the trash has the whole of it.`);
      await rm(item.folder, { recursive: true, force: true }).catch(() => undefined);
      return ioFault(error, path);
    }
  }

  /** Keeps a copy of bytes that are about to be overwritten. */
  async keep(path: string, bytes: Uint8Array): Promise<Fault | { readonly trashId: string }> {
    const item = await this.#begin({ path, at: this.#now(), reason: 'overwritten' });
    if (isFault(item)) return item;
    const refused = await writeFileDurably(join(item.folder, 'content'), bytes, { label: path }, this.#effects);
    if (refused === null) return { trashId: item.id };
    await rm(item.folder, { recursive: true, force: true });
    return refused;
  }

  /** Keeps a file that is about to be replaced: a second name for it, or a copy where the trash is on another disk. */
  async keepFile(path: string, absolute: string): Promise<Fault | { readonly trashId: string }> {
    const item = await this.#begin({ path, at: this.#now(), reason: 'overwritten' });
    if (isFault(item)) return item;
    const content = join(item.folder, 'content');
    try {
      await this.#effects.link(absolute, content).catch(async (error: unknown) => {
        if (!cannotLink(error)) throw error;
        await this.#effects.copyFile(absolute, content);
        await syncTree(content, this.#effects);
      });
      return { trashId: item.id };
    } catch (error) {
      await rm(item.folder, { recursive: true, force: true });
      return ioFault(error, path);
    }
  }

  /** What is in the trash, newest first; at most `most` items. */
  async list(most: number): Promise<{ readonly items: TrashItem[]; readonly complete: boolean }> {
    // Ids begin with the time.
    const ids = (await readdir(this.folder))
      .filter((name) => idShape.test(name))
      .toSorted()
      .toReversed();
    const items: TrashItem[] = [];
    for (const trashId of ids.slice(0, most)) {
      const found = await this.find(trashId);
      if (!isFault(found)) items.push({ trashId, path: found.path, at: found.at, reason: found.reason });
    }
    return { items, complete: ids.length <= most };
  }

  /** Deletes an item for good. */
  async erase(trashId: string): Promise<Fault | null> {
    const found = await this.find(trashId);
    if (isFault(found)) return found;
    try {
      await rm(join(this.folder, trashId), { recursive: true, force: true });
      return null;
    } catch (error) {
      return ioFault(error, found.path);
    }
  }

  async find(trashId: string): Promise<Fault | (TrashOrigin & { readonly absolute: string })> {
    if (!idShape.test(trashId)) return fault('file.notFound', 'There is no such thing in the trash.');
    const folder = join(this.folder, trashId);
    try {
      const origin = originSchema.safeParse(JSON.parse(await readFile(join(folder, 'origin.json'), 'utf8')));
      if (!origin.success) return fault('file.io', 'The trash does not know where this came from.');
      await lstat(join(folder, 'content'));
      return { ...origin.data, absolute: join(folder, 'content') };
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return fault('file.notFound', 'This is no longer in the trash.');
      return ioFault(error, trashId);
    }
  }

  /** Takes an item out: moves its content to `target`, which must be a free name. */
  async takeOut(trashId: string, target: string): Promise<Fault | null> {
    const found = await this.find(trashId);
    if (isFault(found)) return found;
    try {
      await moveExclusively(found.absolute, target, this.#effects);
      await rm(join(this.folder, trashId), { recursive: true, force: true });
      return null;
    } catch (error) {
      return ioFault(error, found.path);
    }
  }

  async #begin(origin: TrashOrigin): Promise<Fault | { readonly id: string; readonly folder: string }> {
    const id = `${origin.at}-${randomBytes(8).toString('hex')}`;
    const folder = join(this.folder, id);
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const refused = await writeFileDurably(
        join(folder, 'origin.json'),
        Buffer.from(JSON.stringify(origin)),
        { label: 'the trash' },
        this.#effects,
      );
      if (isFault(refused)) return refused;
      await syncFolder(this.folder, this.#effects);
      return { id, folder };
    } catch (error) {
      return ioFault(error, 'the trash');
    }
  }
}

/**
 * Renames without ever replacing something. A file is linked under its new name before the old one goes; a folder takes
 * the place of an empty folder that was made just for it. Throws the errno; `EEXIST` when the name is taken.
 */
export async function moveExclusively(from: string, to: string, effects: DiskEffects = diskEffects): Promise<void> {
  const entry = await lstat(from);
  if (entry.isDirectory()) {
    await effects.mkdir(to);
    try {
      await moveTo(from, to, effects);
    } catch (error) {
      // Somebody has put something into the new folder: it is theirs.
      const isTheirs = ['ENOTEMPTY', 'EEXIST'].includes(errnoOf(error) ?? '');
      if (!isTheirs && !(error instanceof LeftBehind))
        await effects.rm(to, { recursive: true, force: true }).catch(() => undefined);
      throw error;
    }
    return;
  }
  try {
    await effects.link(from, to);
  } catch (error) {
    // No hard links here (or another device): an empty file made with O_EXCL holds the name until the rename.
    if (!cannotLink(error)) throw error;
    await (await effects.open(to, 'wx')).close();
    try {
      await moveTo(from, to, effects);
    } catch (failure) {
      if (!(failure instanceof LeftBehind)) await effects.unlink(to).catch(() => undefined);
      throw failure;
    }
    return;
  }
  try {
    await effects.unlink(from);
  } catch (error) {
    await effects.unlink(to).catch(() => undefined);
    throw error;
  }
}

function cannotLink(error: unknown): boolean {
  return ['EPERM', 'ENOTSUP', 'EXDEV', 'EMLINK', 'ENOSYS'].includes(errnoOf(error) ?? '');
}

/** rename(2), or copy and delete where the two places are on different devices. */
async function moveTo(from: string, to: string, effects: DiskEffects): Promise<void> {
  try {
    await effects.rename(from, to);
  } catch (error) {
    if (errnoOf(error) !== 'EXDEV') throw error;
    await cp(from, to, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true, force: true });
    await syncTree(to, effects);
    try {
      await effects.rm(from, { recursive: true, force: true });
    } catch (cause) {
      throw new LeftBehind(cause);
    }
  }
}

/** The copy is whole and durable, the original is perhaps half gone: whoever gets this must not remove the copy. */
class LeftBehind extends Error {
  readonly code: string;

  constructor(cause: unknown) {
    super('the original could not be removed after it was copied', { cause });
    this.code = errnoOf(cause) ?? 'EIO';
  }
}

/** A copied file is only safe to delete at its old place once it is durable at the new one. */
async function syncTree(path: string, effects: DiskEffects): Promise<void> {
  const entry = await lstat(path);
  if (!entry.isFile() && !entry.isDirectory()) return;
  if (entry.isDirectory()) {
    for (const name of await readdir(path)) await syncTree(join(path, name), effects);
  }
  await syncFolder(path, effects);
}
