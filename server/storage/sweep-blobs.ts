import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isFault } from '#lib/core/fault.ts';
import type { BlobHash, BlobStore } from './blob-store.ts';
import { errnoOf } from './io-fault.ts';

/** Blobs that somebody refers to. */
export type LiveBlobs = () => Promise<Iterable<BlobHash>> | Iterable<BlobHash>;

/** Younger ones may be on their way into a journal, a row or a file. */
const olderThanMs = 24 * 3_600_000;
const everyMs = 6 * 3_600_000;
/** After the start: notebooks are opened first. */
const firstAfterMs = 60_000;
const name = /[0-9a-f]{64}/g;

/**
 * Removes blobs that nobody refers to, soon after the start and a few times a day. When somebody cannot say what they
 * refer to, nothing is removed.
 */
export class BlobSweep {
  readonly #blobs: BlobStore;
  readonly #live: readonly LiveBlobs[];
  readonly #report: (problem: string) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(blobs: BlobStore, live: readonly LiveBlobs[], report: (problem: string) => void) {
    this.#blobs = blobs;
    this.#live = live;
    this.#report = report;
  }

  run(afterMs = firstAfterMs): void {
    this.#timer = setTimeout(() => {
      void this.sweep().catch((error: unknown) => this.#report(`blobs could not be swept: ${String(error)}`));
      this.run(everyMs);
    }, afterMs);
    this.#timer.unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  async sweep(ageMs = olderThanMs): Promise<{ readonly removed: number; readonly bytes: number }> {
    const live = new Set<BlobHash>();
    for (const ask of this.#live) for (const hash of await ask()) live.add(hash);
    return this.#blobs.sweep(live, ageMs);
  }
}

/**
 * What the state folders of notebooks refer to: every name of a blob in their files of these names, and the names that a
 * blob has inside which a file of `nested` names.
 */
export async function namesInFolders(
  folder: string,
  files: { readonly plain: readonly string[]; readonly nested: readonly string[] },
  blobs: BlobStore,
): Promise<Set<BlobHash>> {
  const found = new Set<BlobHash>();
  for (const entry of await entriesOf(folder)) {
    for (const file of await entriesOf(join(folder, entry))) {
      if (files.plain.some((one) => file === one || file.startsWith(`${one}.`)))
        await addNames(join(folder, entry, file), found);
      if (!files.nested.includes(file)) continue;
      const outer = new Set<BlobHash>();
      await addNames(join(folder, entry, file), outer);
      for (const hash of outer) {
        found.add(hash);
        const bytes = await blobs.read(hash);
        // What it names is not known then, and nothing may be removed.
        if (isFault(bytes) && bytes.fault !== 'blob.notFound') throw new Error(`${hash}: ${bytes.message}`);
        if (!isFault(bytes)) for (const [inner] of bytes.toString('latin1').matchAll(name)) found.add(inner);
      }
    }
  }
  return found;
}

/** Reads a file piece by piece: a journal may be long. */
async function addNames(path: string, found: Set<BlobHash>): Promise<void> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  });
  if (handle === null) return;
  let carry = '';
  try {
    for await (const piece of handle.createReadStream({ autoClose: false, highWaterMark: 1024 * 1024 })) {
      const text = carry + (piece as Buffer).toString('latin1');
      for (const [hash] of text.matchAll(name)) found.add(hash);
      carry = text.slice(-63);
    }
  } finally {
    await handle.close();
  }
}

async function entriesOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}
