import { randomBytes } from 'node:crypto';
import {
  fsync,
  fsyncSync,
  mkdirSync,
  openSync,
  closeSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { open, opendir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import { contentHash, contentHashInTurns } from './content-hash.ts';
import { errnoOf, ioFault } from './io-fault.ts';
import { temporaryName } from './write-file.ts';

/**
 * Bytes that are too large for a journal, a row or a file, by their own SHA-256: `<folder>/ab/cdef…`. Written once and
 * never changed, so that everybody may refer to them; removed by `sweep` alone, when nobody does. What is read whole is
 * checked against its name: a damaged blob is a fault.
 */
export type BlobHash = string;

/** From the first byte (inclusive) to the last one (exclusive). */
export type ByteSpan = { readonly start: number; readonly end: number };

export type BlobEffects = {
  readonly openSync: typeof openSync;
  readonly writeSync: typeof writeSync;
  readonly fsync: (fd: number) => Promise<void>;
  readonly fsyncSync: typeof fsyncSync;
  readonly closeSync: typeof closeSync;
  readonly mkdirSync: typeof mkdirSync;
  readonly renameSync: typeof renameSync;
  readonly statSync: typeof statSync;
  readonly utimesSync: typeof utimesSync;
  readonly unlinkSync: typeof unlinkSync;
  readonly readFileSync: (path: string) => Buffer;
  readonly now: () => number;
};

export const blobEffects: BlobEffects = {
  openSync,
  writeSync,
  fsync: promisify(fsync),
  fsyncSync,
  closeSync,
  mkdirSync,
  renameSync,
  statSync,
  utimesSync,
  unlinkSync,
  readFileSync: (path) => readFileSync(path),
  now: () => Date.now(),
};

/** Files that may be on their way to the disk at once; a writer that is faster waits for each. */
const mostSyncing = 16;

const hashForm = /^[0-9a-f]{64}$/;

type Syncing = { readonly fd: number; readonly outcome: Promise<Fault | null> };

export class BlobStore {
  readonly #folder: string;
  readonly #effects: BlobEffects;
  /** What was put since the last sweep and when: a sweep that runs meanwhile leaves it alone. */
  readonly #recent = new Map<BlobHash, number>();
  /** Files and folders on their way to the disk. */
  readonly #syncing = new Map<BlobHash, Syncing>();
  /** What the disk refused: readable, but not to be relied on until it was written anew. */
  readonly #refused = new Set<BlobHash>();

  constructor(folder: string, effects: BlobEffects = blobEffects) {
    this.#folder = folder;
    this.#effects = effects;
  }

  /** Durable on disk when it resolves. Bytes that are there already, undamaged, are not written again. */
  async put(bytes: Uint8Array): Promise<BlobHash | Fault> {
    const hash = this.putNow(bytes);
    if (isFault(hash)) return hash;
    return (await this.#syncing.get(hash)?.outcome) ?? hash;
  }

  /**
   * Readable by its hash when it returns, and in the operating system's hands: a killed process loses nothing. On its
   * way to the disk; `synced` waits for that. For a writer that must not hold the bytes until a disk has answered.
   */
  putNow(bytes: Uint8Array): BlobHash | Fault {
    const hash = contentHash(bytes);
    const { now, utimesSync: touch } = this.#effects;
    const isKnown = this.#recent.has(hash);
    this.#recent.set(hash, now());
    try {
      if (this.#isHere(hash, bytes.length, isKnown)) {
        touch(this.#pathOf(hash), now() / 1000, now() / 1000);
        return hash;
      }
      const fd = this.#write(hash, bytes);
      if (this.#syncing.size < mostSyncing) this.#sync(hash, fd);
      else this.#syncAndClose(hash, fd);
      return hash;
    } catch (error) {
      return ioFault(error, 'stored output');
    }
  }

  /**
   * Waits until everything that was put so far is on the disk; what it refused before is written anew. A fault when
   * some of it is not there.
   */
  async synced(): Promise<Fault | null> {
    await Promise.all([...this.#syncing.values()].map(({ outcome }) => outcome));
    return this.#writeRefused();
  }

  /** As `synced`, holding everything else up: for a writer that drops its own copy in the same turn. */
  syncNow(): Fault | null {
    for (const [hash, { fd }] of this.#syncing) {
      try {
        this.#syncFolder(hash, fd);
        this.#refused.delete(hash);
      } catch (error) {
        if (errnoOf(error) === null) throw error;
        // A disk says such a thing once: a sync that is under way may end well now, and means nothing.
        this.#syncing.delete(hash);
        this.#refused.add(hash);
      }
    }
    return this.#writeRefused();
  }

  /** Whether everything that was put is on the disk. */
  get settled(): boolean {
    return this.#syncing.size === 0 && this.#refused.size === 0;
  }

  has(hash: BlobHash): boolean {
    return this.#sizeOf(hash) !== null;
  }

  /** Bytes of a blob; null when it is not here. */
  size(hash: BlobHash): number | null {
    return this.#sizeOf(hash);
  }

  /** The whole, checked against its hash; or a part, as it lies there. */
  async read(hash: BlobHash, span?: ByteSpan): Promise<Buffer | Fault> {
    if (!hashForm.test(hash)) return notFound();
    try {
      if (span !== undefined) return await readSpan(this.#pathOf(hash), span);
      const bytes = await readFile(this.#pathOf(hash));
      return (await contentHashInTurns(bytes)) === hash ? bytes : damaged();
    } catch (error) {
      return errnoOf(error) === 'ENOENT' ? notFound() : ioFault(error, 'stored output');
    }
  }

  /** The whole, checked, holding everything else up: for parts of bounded size. */
  readNow(hash: BlobHash): Buffer | Fault {
    if (!hashForm.test(hash)) return notFound();
    try {
      const bytes = this.#effects.readFileSync(this.#pathOf(hash));
      return contentHash(bytes) === hash ? bytes : damaged();
    } catch (error) {
      return errnoOf(error) === 'ENOENT' ? notFound() : ioFault(error, 'stored output');
    }
  }

  /**
   * Removes what `live` does not name and nobody has put for `olderThanMs`, and temporary files of that age. What cannot
   * be removed stays. Returns how many blobs it removed and their bytes.
   */
  async sweep(
    live: ReadonlySet<BlobHash> | ((hash: BlobHash) => boolean),
    olderThanMs: number,
  ): Promise<{ readonly removed: number; readonly bytes: number }> {
    const isLive = typeof live === 'function' ? live : (hash: BlobHash) => live.has(hash);
    const oldest = this.#effects.now() - olderThanMs;
    for (const [hash, at] of this.#recent) if (at < oldest) this.#recent.delete(hash);
    let removed = 0;
    let bytes = 0;
    for await (const prefix of namesIn(this.#folder)) {
      if (!/^[0-9a-f]{2}$/.test(prefix)) continue;
      for await (const name of namesIn(join(this.#folder, prefix))) {
        const hash = prefix + name;
        const isBlob = hashForm.test(hash);
        if ((isBlob && isLive(hash)) || (!isBlob && !temporaryName.test(name))) continue;
        const size = this.#removeIfOld(join(this.#folder, prefix, name), hash, oldest);
        if (size === null || !isBlob) continue;
        removed += 1;
        bytes += size;
      }
    }
    return { removed, bytes };
  }

  /** In one go, so that a `put` of the same bytes comes before it or after it. */
  #removeIfOld(path: string, hash: BlobHash, oldest: number): number | null {
    if (this.#recent.has(hash)) return null;
    try {
      const { mtimeMs, size } = this.#effects.statSync(path);
      if (mtimeMs >= oldest) return null;
      this.#effects.unlinkSync(path);
      return size;
    } catch (error) {
      if (errnoOf(error) === null) throw error;
      return null;
    }
  }

  /** Whether these bytes are in their place already. What this process wrote or read before is not read again. */
  #isHere(hash: BlobHash, length: number, isKnown: boolean): boolean {
    if (this.#refused.has(hash) || this.#sizeOf(hash) !== length) return false;
    return isKnown || !isFault(this.readNow(hash));
  }

  /** Puts bytes in their place; the file is open still, and not on the disk yet. */
  #write(hash: BlobHash, bytes: Uint8Array): number {
    const path = this.#pathOf(hash);
    const disk = this.#effects;
    const temporary = join(dirname(path), `.farfield-${randomBytes(6).toString('hex')}.tmp`);
    disk.mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const fd = disk.openSync(temporary, 'wx', 0o600);
    try {
      for (let at = 0; at < bytes.length;) at += disk.writeSync(fd, bytes, at, bytes.length - at);
      disk.renameSync(temporary, path);
      return fd;
    } catch (error) {
      disk.closeSync(fd);
      removeIfThere(temporary, disk.unlinkSync);
      throw error;
    }
  }

  /**
   * Writes anew what the disk refused: after a failed sync the next one of the same file says nothing. One that is gone
   * meanwhile concerns nobody; one that is damaged has to be put again.
   */
  #writeRefused(): Fault | null {
    let trouble: Fault | null = null;
    for (const hash of this.#refused) {
      const bytes = this.readNow(hash);
      if (isFault(bytes)) {
        if (bytes.fault === 'blob.notFound') this.#refused.delete(hash);
        else trouble = bytes;
        continue;
      }
      try {
        this.#syncAndClose(hash, this.#write(hash, bytes));
      } catch (error) {
        return ioFault(error, 'stored output');
      }
    }
    return trouble;
  }

  #sync(hash: BlobHash, fd: number): void {
    const outcome = this.#toDisk(dirname(this.#pathOf(hash)), fd).then((trouble) => {
      if (this.#syncing.get(hash)?.fd === fd) {
        this.#syncing.delete(hash);
        if (trouble === null) this.#refused.delete(hash);
        else this.#refused.add(hash);
      }
      this.#effects.closeSync(fd);
      return trouble ?? (this.#refused.has(hash) ? refused() : null);
    });
    this.#syncing.set(hash, { fd, outcome });
  }

  #syncAndClose(hash: BlobHash, fd: number): void {
    this.#refused.add(hash);
    try {
      this.#syncFolder(hash, fd);
      this.#refused.delete(hash);
    } finally {
      this.#effects.closeSync(fd);
    }
  }

  #syncFolder(hash: BlobHash, fd: number): void {
    this.#effects.fsyncSync(fd);
    const names = this.#effects.openSync(dirname(this.#pathOf(hash)), 'r');
    try {
      this.#effects.fsyncSync(names);
    } catch (error) {
      if (!cannotSync(error)) throw error;
    } finally {
      this.#effects.closeSync(names);
    }
  }

  async #toDisk(folder: string, fd: number): Promise<Fault | null> {
    const { openSync: openNow, closeSync: closeNow, fsync: syncFile } = this.#effects;
    try {
      await syncFile(fd);
      const names = openNow(folder, 'r');
      try {
        await syncFile(names);
      } finally {
        closeNow(names);
      }
      return null;
    } catch (error) {
      return cannotSync(error) ? null : ioFault(error, 'stored output');
    }
  }

  #sizeOf(hash: BlobHash): number | null {
    if (!hashForm.test(hash)) return null;
    try {
      return this.#effects.statSync(this.#pathOf(hash)).size;
    } catch (error) {
      if (errnoOf(error) === null) throw error;
      return null;
    }
  }

  #pathOf(hash: BlobHash): string {
    return join(this.#folder, hash.slice(0, 2), hash.slice(2));
  }
}

async function readSpan(path: string, { start, end }: ByteSpan): Promise<Buffer | Fault> {
  const handle = await open(path, 'r');
  try {
    const bytes = Buffer.alloc(Math.max(0, end - start));
    let at = 0;
    while (at < bytes.length) {
      const { bytesRead } = await handle.read(bytes, at, bytes.length - at, start + at);
      if (bytesRead === 0) return damaged();
      at += bytesRead;
    }
    return bytes;
  } finally {
    await handle.close();
  }
}

/** Names in a folder; none where it is not there. */
async function* namesIn(folder: string): AsyncGenerator<string> {
  try {
    for await (const entry of await opendir(folder)) yield entry.name;
  } catch (error) {
    if (errnoOf(error) === null) throw error;
  }
}

function removeIfThere(path: string, unlink: typeof unlinkSync): void {
  try {
    unlink(path);
  } catch (error) {
    // The write has failed already and says why; a sweep removes the rest.
    if (errnoOf(error) === null) throw error;
  }
}

/** Some network file systems sync no folders: nothing more can be done there. */
function cannotSync(error: unknown): boolean {
  return errnoOf(error) === 'EINVAL' || errnoOf(error) === 'ENOTSUP';
}

function notFound(): Fault {
  return fault('blob.notFound', 'This part of the output is no longer on the server.');
}

function refused(): Fault {
  return fault('file.io', 'The disk failed at “stored output”.');
}

function damaged(): Fault {
  return fault('blob.damaged', 'This part of the output is damaged on the server’s disk.', 'Run the cell again.');
}
