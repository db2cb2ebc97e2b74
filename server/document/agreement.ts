import type * as Y from 'yjs';
import { FaultError } from '#lib/core/fault.ts';
import type { DiskEffects } from '#server/storage/disk-effects.ts';
import { dropNextBase, writeBase, type BaseState } from './base-state.ts';
import type { JoinedFile } from './join-file.ts';
import { KnownFile, type DiskLook } from './known-file.ts';
import { type FileContent, LastFile } from './last-file.ts';
import type { SyncOptions } from './sync-options.ts';

/** A state of the file and the base that it stands for. */
type Announced = { readonly base: BaseState; readonly file: FileContent };

/**
 * What document and file last agreed on: the base, the file's text and its bytes on disk. Owns `base.json`; written by the
 * file sync alone.
 */
export class Agreement {
  /** The file as it was last read or written. */
  readonly file: LastFile;
  readonly #folder: string;
  readonly #effects: DiskEffects;
  readonly #known: KnownFile;
  #base: BaseState;
  #announced: Announced | null = null;

  constructor(options: SyncOptions, effects: DiskEffects) {
    this.file = new LastFile(options.results, options.parsed, options.parsedHash, options.loaded);
    this.#folder = options.folder;
    this.#effects = effects;
    this.#base = options.base;
    this.#known = new KnownFile(options.workspace, options.base.fileHash, options.mark);
  }

  get base(): BaseState {
    return this.#base;
  }

  /** What a write that is under way, or that failed half-way, wanted to leave: recognises our own bytes. */
  get announced(): Announced | null {
    return this.#announced;
  }

  /** Compares the disk with the bytes that were agreed on. */
  look(path: string): Promise<DiskLook> {
    return this.#known.look(path);
  }

  /** Whether the file has all that document and results have. Where that cannot be told now, a save tries and says why. */
  hasAll(doc: Y.Doc): boolean {
    try {
      return this.has(this.file.join(doc));
    } catch (error) {
      if (error instanceof FaultError) return false;
      throw error;
    }
  }

  /** Whether the bytes that were agreed on have everything that was joined. */
  has(joined: JoinedFile): boolean {
    return this.file.has(joined, this.#known.hash);
  }

  /** Before a write: after a crash in the middle of it, the next process knows its bytes. Throws a FaultError. */
  async announce(base: BaseState, file: FileContent): Promise<void> {
    await writeBase(this.#folder, 'base.next', base, this.#effects);
    this.#announced = { base, file };
  }

  /** Throws a FaultError when the state folder cannot be written; this process goes on from the new base all the same. */
  async adopt(base: BaseState, file?: FileContent): Promise<void> {
    this.#base = base;
    if (file !== undefined) this.file.adopt(file, base.fileHash);
    this.#known.adopt(base.fileHash);
    const isOurSave = this.#announced?.base === base;
    this.#announced = null;
    await writeBase(this.#folder, 'base', base, this.#effects);
    if (!isOurSave) await dropNextBase(this.#folder, this.#effects);
  }
}
