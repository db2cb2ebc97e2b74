import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { isFault, type Fault } from '#lib/core/fault.ts';
import { errnoOf } from '#server/storage/io-fault.ts';
import type { Workspace } from '#server/storage/workspace.ts';

/** What a look at the disk found, compared with the bytes last known. */
export type DiskLook =
  | { readonly kind: 'same' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'changed'; readonly bytes: Uint8Array; readonly hash: string }
  | { readonly kind: 'unreadable'; readonly fault: Fault };

/** What a file system says of a file without reading it, and whether it was too fresh for that to be trusted. */
export type FileMark = {
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  readonly size: bigint;
  readonly ino: bigint;
  readonly dev: bigint;
  readonly fresh: boolean;
};

/**
 * Tells whether a file still has the bytes we know, without reading it each time: by time, size and inode, and by hash
 * where those could lie. A file that was touched moments before we looked may be written again within the same clock
 * tick, so a fresh mark is not trusted (git calls this “racily clean”).
 */
const freshMs = 100;

export class KnownFile {
  readonly #workspace: Workspace;
  #mark: FileMark | null;
  hash: string;

  /** @param mark of the file, taken before the bytes of this hash were read; null when it is not known. */
  constructor(workspace: Workspace, hash: string, mark: FileMark | null) {
    this.#workspace = workspace;
    this.#mark = mark;
    this.hash = hash;
  }

  /** The file has these bytes now. */
  adopt(hash: string): void {
    this.hash = hash;
    this.#mark = null;
  }

  async look(path: string): Promise<DiskLook> {
    const found = await this.#workspace.resolve(path);
    if (isFault(found))
      return found.fault === 'file.notFound' ? { kind: 'missing' } : { kind: 'unreadable', fault: found };
    const mark = await markFile(found.absolute);
    if (mark === null) return { kind: 'missing' };
    if (this.#mark !== null && !this.#mark.fresh && sameMark(this.#mark, mark)) return { kind: 'same' };
    const read = await this.#workspace.readBytes(path);
    if (isFault(read))
      return read.fault === 'file.notFound' ? { kind: 'missing' } : { kind: 'unreadable', fault: read };
    if (read.hash !== this.hash) return { kind: 'changed', bytes: read.bytes, hash: read.hash };
    this.#mark = mark;
    return { kind: 'same' };
  }
}

/** Null for a file that is not there. */
export async function markFile(absolute: string): Promise<FileMark | null> {
  try {
    return toMark(await stat(absolute, { bigint: true }));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
}

function toMark(stats: BigIntStats): FileMark {
  const fresh = Date.now() - Number(stats.mtimeMs) < freshMs;
  return { mtimeNs: stats.mtimeNs, ctimeNs: stats.ctimeNs, size: stats.size, ino: stats.ino, dev: stats.dev, fresh };
}

function sameMark(a: FileMark, b: FileMark): boolean {
  return a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs && a.size === b.size && a.ino === b.ino && a.dev === b.dev;
}
