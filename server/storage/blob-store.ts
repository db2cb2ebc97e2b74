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
import { contentHash } from './content-hash.ts';
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
  now: () => Date.now(),
};

/** Files that may be on their way to the disk at once; a writer that is faster waits for each. */
const mostSyncing = 16;

const hashForm = /^[0-9a-f]{64}$/;

type Syncing = { readonly fd: number; readonly folder: string; readonly outcome: Promise<Fault | null> };

export class BlobStore {
  readonly #folder: string;
  readonly #effects: BlobEffects;
  /** What was put since the last sweep and when: a sweep that runs meanwhile leaves it alone. */
  readonly #recent = new Map<BlobHash, number>();
  /** Files and folders on their way to the disk. */
  readonly #syncing = new Map<BlobHash, Syncing>();

  constructor(folder: string, effects: BlobEffects = blobEffects) {
    this.#folder = folder;
    this.#effects = effects;
  }

  /** Durable on disk when it resolves. Bytes that are there already are not written again. */
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
    const path = this.#pathOf(hash);
    const { now, ...disk } = this.#effects;
    this.#recent.set(hash, now());
    const temporary = join(dirname(path), `.farfield-${randomBytes(6).toString('hex')}.tmp`);
    let fd: number | null = null;
    let made = false;
    try {
      if (this.#sizeOf(hash) === bytes.length) {
        disk.utimesSync(path, now() / 1000, now() / 1000);
        return hash;
      }
      disk.mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      fd = disk.openSync(temporary, 'wx', 0o600);
      made = true;
      for (let at = 0; at < bytes.length;) at += disk.writeSync(fd, bytes, at, bytes.length - at);
      disk.renameSync(temporary, path);
      made = false;
      if (this.#syncing.size >= mostSyncing) {
        this.#syncFolder(dirname(path), fd);
        return hash;
      }
      const written = fd;
      fd = null;
      this.#sync(hash, written, dirname(path));
      return hash;
    } catch (error) {
      return ioFault(error, 'stored output');
    } finally {
      if (fd !== null) disk.closeSync(fd);
      if (made) removeIfThere(temporary, disk.unlinkSync);
    }
  }

  /** Waits until everything that was put so far is on the disk. A fault when some of it is not. */
  async synced(): Promise<Fault | null> {
    const outcomes = await Promise.all([...this.#syncing.values()].map(({ outcome }) => outcome));
    return outcomes.find((outcome) => outcome !== null) ?? null;
  }

  /** As `synced`, holding everything else up: for a writer that drops its own copy in the same turn. */
  syncNow(): Fault | null {
    try {
      for (const { fd, folder } of this.#syncing.values()) this.#syncFolder(folder, fd);
      return null;
    } catch (error) {
      return ioFault(error, 'stored output');
    }
  }

  /** Whether everything that was put is on the disk. */
  get settled(): boolean {
    return this.#syncing.size === 0;
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
      return contentHash(bytes) === hash ? bytes : damaged();
    } catch (error) {
      return errnoOf(error) === 'ENOENT' ? notFound() : ioFault(error, 'stored output');
    }
  }

  /** The whole, checked, holding everything else up: for parts of bounded size. */
  readNow(hash: BlobHash): Buffer | Fault {
    if (!hashForm.test(hash)) return notFound();
    try {
      const bytes = readFileSync(this.#pathOf(hash));
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

  #sync(hash: BlobHash, fd: number, folder: string): void {
    const outcome = this.#toDisk(fd, folder).then((trouble) => {
      if (this.#syncing.get(hash)?.fd === fd) this.#syncing.delete(hash);
      this.#effects.closeSync(fd);
      return trouble;
    });
    this.#syncing.set(hash, { fd, folder, outcome });
  }

  #syncFolder(folder: string, fd: number): void {
    this.#effects.fsyncSync(fd);
    const names = this.#effects.openSync(folder, 'r');
    try {
      this.#effects.fsyncSync(names);
    } catch (error) {
      if (!cannotSync(error)) throw error;
    } finally {
      this.#effects.closeSync(names);
    }
  }

  async #toDisk(fd: number, folder: string): Promise<Fault | null> {
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

function damaged(): Fault {
  return fault('blob.damaged', 'This part of the output is damaged on the server’s disk.', 'Run the cell again.');
}
