import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FaultError, isFault, type Fault } from '#lib/core/fault.ts';
import type { EpochId } from '#lib/core/ids.ts';
import { diskEffects, type DiskEffects } from '#server/storage/disk-effects.ts';
import { frame, readFrames } from '#server/storage/frames.ts';
import { errnoOf, ioFault } from '#server/storage/io-fault.ts';
import { syncFolder, writeFileDurably } from '#server/storage/write-file.ts';

/**
 * Append-only log of the Yjs updates of one epoch of one notebook: what makes an edit durable before it is in the
 * `.ipynb`. Owned by the document room, read once when the room opens.
 *
 * Bytes: frames (server/storage/frames.ts). The first is the epoch id, so that a log of another history is never
 * replayed; each further one is one Yjs update (v1).
 */
export type RecoveredLog = {
  readonly log: UpdateLog;
  readonly epoch: EpochId;
  readonly updates: readonly Uint8Array[];
  /** Bytes behind the last whole frame that were cut off; 0 after a clean stop. */
  readonly cut: number;
};

/** Waiting this long before an fsync lets the edits of several browsers share it. */
const groupMs = 10;

export class UpdateLog {
  readonly path: string;
  readonly #epoch: EpochId;
  readonly #effects: DiskEffects;
  #handle: FileHandle;
  /** Bytes of a snapshot that may have taken the place of the handle's file: nothing is acknowledged until that is known. */
  #replacement: number | null = null;
  /** End of the last frame that is known to be durable: the next write begins here, also after a failed one. */
  #size: number;
  /** Frames that are not durable yet, in order. They stay after a failure and are written again with the next attempt. */
  #owed: Uint8Array[] = [];
  #waiting: { readonly resolve: () => void; readonly reject: (error: FaultError) => void }[] = [];
  #timer: NodeJS.Timeout | null = null;
  #tail: Promise<void> = Promise.resolve();
  #closed = false;

  private constructor(path: string, epoch: EpochId, handle: FileHandle, size: number, effects: DiskEffects) {
    this.path = path;
    this.#epoch = epoch;
    this.#handle = handle;
    this.#size = size;
    this.#effects = effects;
  }

  /** Begins a log with one snapshot, in place of any that lies there. Throws a FaultError when the disk refuses. */
  static async create(
    path: string,
    epoch: EpochId,
    snapshot: Uint8Array,
    effects: DiskEffects = diskEffects,
  ): Promise<UpdateLog> {
    const bytes = Buffer.concat([frame(Buffer.from(epoch)), frame(snapshot)]);
    throwIfFault(await writeFileDurably(path, bytes, { label: 'the update log', mode: 0o600 }, effects));
    try {
      return new UpdateLog(path, epoch, await effects.open(path, 'r+'), bytes.length, effects);
    } catch (error) {
      throw logFailure(error);
    }
  }

  /** Reads what an earlier process left and cuts a torn tail. Null when there is no log or not even its first frame. */
  static async recover(path: string, effects: DiskEffects = diskEffects): Promise<RecoveredLog | null> {
    let bytes: Uint8Array;
    try {
      bytes = await effects.readFile(path);
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return null;
      throw logFailure(error);
    }
    const { frames, end } = readFrames(bytes);
    const [first, ...updates] = frames;
    if (first === undefined || updates.length === 0) return null;
    const epoch = Buffer.from(first).toString('utf8') as EpochId;
    try {
      const handle = await effects.open(path, 'r+');
      if (end < bytes.length) {
        await handle.truncate(end);
        await handle.sync();
      }
      return { log: new UpdateLog(path, epoch, handle, end, effects), epoch, updates, cut: bytes.length - end };
    } catch (error) {
      throw logFailure(error);
    }
  }

  /** Bytes in the file. */
  get size(): number {
    return this.#size;
  }

  /** Resolves when the update is durable. Rejects with a FaultError when the disk fails; the update is kept and tried again with the next one. */
  append(update: Uint8Array): Promise<void> {
    this.#owed.push(frame(update));
    return this.flush();
  }

  /** Resolves when everything appended so far is durable. */
  flush(): Promise<void> {
    if (this.#owed.length === 0 && this.#waiting.length === 0) return this.#tail;
    if (this.#closed) return Promise.reject(new Error('the update log is closed'));
    const done = new Promise<void>((resolve, reject) => this.#waiting.push({ resolve, reject }));
    this.#timer ??= setTimeout(() => this.#commitSoon(), groupMs);
    return done;
  }

  /**
   * Replaces the whole log by one snapshot. `snapshot` is called when the log's turn comes and must hold every update
   * that was appended by then.
   */
  compact(snapshot: () => Uint8Array): Promise<void> {
    const work = this.#tail.then(async () => {
      try {
        await this.#current();
        const included = this.#owed.length;
        const bytes = Buffer.concat([frame(Buffer.from(this.#epoch)), frame(snapshot())]);
        // Set whatever the answer is: a write whose last step fails has replaced the file all the same.
        this.#replacement = bytes.length;
        const options = { label: 'the update log', mode: 0o600 };
        const refused = await writeFileDurably(this.path, bytes, options, this.#effects);
        await this.#current();
        throwIfFault(refused);
        this.#owed.splice(0, included);
      } catch (error) {
        throw error instanceof FaultError ? error : logFailure(error);
      }
    });
    this.#tail = work.catch(() => undefined);
    return work;
  }

  /** Closes the file after a last attempt to write what is owed. */
  async close(): Promise<void> {
    if (this.#closed) return;
    try {
      await this.flush();
    } finally {
      this.#closed = true;
      if (this.#timer !== null) clearTimeout(this.#timer);
      await this.#tail;
      await this.#handle.close();
    }
  }

  #commitSoon(): void {
    this.#timer = null;
    this.#tail = this.#tail.then(() => this.#commit());
  }

  /** The handle of the file that has the name. Throws the errno; asked again, it tries again. */
  async #current(): Promise<FileHandle> {
    if (this.#replacement === null) return this.#handle;
    const next = await this.#effects.open(this.path, 'r+');
    try {
      const [had, has] = [await this.#handle.stat({ bigint: true }), await next.stat({ bigint: true })];
      await syncFolder(dirname(this.path), this.#effects);
      if (had.ino !== has.ino || had.dev !== has.dev) this.#size = this.#replacement;
    } catch (error) {
      await next.close();
      throw error;
    }
    const old = this.#handle;
    this.#handle = next;
    this.#replacement = null;
    await old.close();
    return next;
  }

  async #commit(): Promise<void> {
    const frames = this.#owed.slice();
    const waiting = this.#waiting;
    this.#waiting = [];
    try {
      const handle = await this.#current();
      const bytes = Buffer.concat(frames);
      let at = 0;
      while (at < bytes.length) at += (await handle.write(bytes, at, bytes.length - at, this.#size + at)).bytesWritten;
      await handle.datasync();
      this.#size += bytes.length;
      this.#owed.splice(0, frames.length);
      for (const { resolve } of waiting) resolve();
    } catch (error) {
      const failure = logFailure(error);
      for (const { reject } of waiting) reject(failure);
    }
  }
}

function logFailure(error: unknown): FaultError {
  return new FaultError(ioFault(error, 'the update log'), { cause: error });
}

function throwIfFault(value: Fault | null): void {
  if (isFault(value)) throw new FaultError(value);
}
