import {
  closeSync,
  fdatasync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import type { SessionEvent } from '#lib/core/session/event.ts';
import { errnoOf } from '#server/storage/io-fault.ts';
import { copyRest, isZero, readJournal, type FrameHead } from './read-journal.ts';
import { frame, snapshotFrames } from './snapshot-frames.ts';

/**
 * The log of one notebook on disk, `<folder>/journal`: frames of `u32 length, u32 crc32, JSON` (little-endian), each the
 * events of one append, or `{ generation }`. Written by the session host alone. An append is in the operating system's
 * hands when it returns, so a killed process loses nothing that was broadcast; it is on the disk within 50 ms.
 *
 * The file appears with the first event worth keeping (results that were read from the `.ipynb` are not) and then begins
 * with a snapshot, which is there as a whole or not at all. Each recovery raises the generation: a cursor of an earlier
 * process never fits by accident.
 */
export type JournalEffects = {
  readonly now: () => number;
  /** Faults of a disk that fills or breaks; the session goes on in memory until a retry succeeds. */
  readonly report: (problem: string) => void;
  /** The present state, whole: what is written anew once a broken disk takes it again. */
  readonly snapshot: () => readonly SessionEvent[];
};

/**
 * What an earlier process left: how many events, and bytes at the end that are no events. `isPartial`: a part of its
 * snapshot is damaged, so that the notebook's file says more; the whole was put aside.
 */
export type RecoveredJournal = { readonly events: number; readonly cutBytes: number; readonly isPartial: boolean };

const syncWithinMs = 50;
const retryMs = 1_000;
const compactAboveBytes = 4 * 1024 * 1024;
/** While something runs: a snapshot holds the process up, and a short run ends soon. */
const compactBusyAboveBytes = 64 * 1024 * 1024;

export class Journal {
  readonly #file: string;
  readonly #effects: JournalEffects;
  #fd: number | null = null;
  #bytes = 0;
  #syncTimer: NodeJS.Timeout | undefined;
  /** Descriptors with a sync under way; `left`: closed when that is over. */
  readonly #syncing = new Map<number, 'open' | 'left'>();
  #retryTimer: NodeJS.Timeout | undefined;
  /** Size after the last compaction: the next one is due when there is twice as much to leave out. */
  #compactedBytes = 0;
  /** What the disk said; null while all is well. */
  #trouble: string | null = null;
  #closed = false;
  readonly generation: number;
  /** What an earlier process left; null when there was no journal. */
  readonly recovered: RecoveredJournal | null;

  /**
   * Reads what is there and hands it over, frame by frame: a journal is never in memory as a whole. Synchronous: a
   * notebook opens once, and nothing may be appended before.
   */
  constructor(folder: string, effects: JournalEffects, replay: (events: readonly SessionEvent[]) => void) {
    this.#file = path.join(folder, 'journal');
    this.#effects = effects;
    const fd = openIfPresent(this.#file);
    if (fd === null) {
      // No file yet, so nothing to raise: the clock makes it differ from every process before.
      this.generation = effects.now();
      this.recovered = null;
      return;
    }
    const found = readJournal(fd, replay);
    this.generation = Math.max(found.generation + 1, effects.now());
    const cutBytes = found.fileBytes - found.validBytes;
    this.recovered = { events: found.events, cutBytes, isPartial: found.isPartial };
    if (found.isPartial) {
      closeSync(fd);
      this.putAside('a part of its snapshot is damaged');
      return;
    }
    if (found.end === 'foreign' || found.end === 'damaged') {
      const aside = this.#asideName();
      copyRest(fd, found.validBytes, aside);
      const what = found.end === 'foreign' ? 'cannot be read' : 'is damaged';
      effects.report(`journal: ${cutBytes} bytes at the end of ${this.#file} are kept as ${aside}: a part ${what}`);
    }
    if (found.end === 'torn') this.#reportTorn(fd, found.validBytes, cutBytes);
    if (cutBytes > 0) ftruncateSync(fd, found.validBytes);
    closeSync(fd);
    this.#fd = openSync(this.#file, 'a', 0o600);
    this.#bytes = found.validBytes;
    this.#write({ generation: this.generation });
    fsyncSync(this.#fd);
  }

  get exists(): boolean {
    return this.#fd !== null;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Whether a compaction is worth its price: the file is large, and at least twice as large as after the last one. */
  isCompactionDue(busy: boolean): boolean {
    return this.#bytes >= Math.max(busy ? compactBusyAboveBytes : compactAboveBytes, 2 * this.#compactedBytes);
  }

  /** Why the last events are in memory only, in the disk's words; null when they are in the file. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** Closes the file and renames it, for a person to look at: a new journal can be begun in its place. */
  putAside(why: string): void {
    if (this.#fd !== null) this.close({ remove: false });
    const aside = this.#asideName();
    renameSync(this.#file, aside);
    this.#effects.report(`journal: ${this.#file} was put aside as ${aside}: ${why}`);
  }

  /** Appends events; `snapshot` is called for the present state when the file has to be made first. */
  append(events: readonly SessionEvent[], snapshot: () => readonly SessionEvent[]): void {
    if (this.#trouble !== null) return;
    try {
      if (this.#fd === null) this.#begin(snapshot());
      this.#write(events);
      this.#syncTimer ??= setTimeout(() => this.#sync(), syncWithinMs);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Replaces the file by a snapshot: a new file, synced, then renamed over. Cursors of this process stay good. */
  compact(snapshot: readonly SessionEvent[]): void {
    if (this.#fd === null || this.#trouble !== null) return;
    try {
      this.#begin(snapshot);
    } catch (error) {
      // The old one has everything, too. Not tried again before it is much longer.
      this.#compactedBytes = this.#bytes;
      this.#effects.report(`journal: ${this.#file} cannot be made shorter: ${reasonOf(error)}`);
    }
  }

  #replace(snapshot: readonly SessionEvent[]): void {
    try {
      this.#begin(snapshot);
      if (this.#trouble !== null) this.#effects.report(`journal: ${this.#file} is written again`);
      this.#trouble = null;
    } catch (error) {
      this.#fail(error);
    }
  }

  /** A new file with this snapshot, in the place of the present one; that one stays as it is when this throws. */
  #begin(snapshot: readonly SessionEvent[]): void {
    const next = `${this.#file}.next`;
    mkdirSync(path.dirname(this.#file), { recursive: true, mode: 0o700 });
    const fd = openSync(next, 'a', 0o600);
    let bytes = 0;
    try {
      // Of a process that was killed meanwhile.
      ftruncateSync(fd, 0);
      for (const part of snapshotFrames(this.generation, snapshot)) {
        writeAll(fd, part);
        bytes += part.length;
      }
      fsyncSync(fd);
      renameSync(next, this.#file);
    } catch (error) {
      closeSync(fd);
      // On a full disk, what was written of it is missing elsewhere.
      rmSync(next, { force: true });
      throw error;
    }
    const old = this.#fd;
    this.#fd = fd;
    this.#bytes = bytes;
    this.#compactedBytes = bytes;
    if (old !== null) this.#leave(old);
    syncFolder(path.dirname(this.#file));
  }

  /** Syncs and closes; `remove` when the `.ipynb` has everything. */
  close(options: { readonly remove: boolean }): void {
    clearTimeout(this.#syncTimer);
    this.#syncTimer = undefined;
    // A file that ends where the disk failed would win over a newer `.ipynb` at the next start.
    if (this.#trouble !== null && !options.remove) this.#replace(this.#effects.snapshot());
    this.#closed = true;
    clearTimeout(this.#retryTimer);
    if (this.#fd === null) return;
    const fd = this.#fd;
    this.#fd = null;
    try {
      if (options.remove) rmSync(this.#file, { force: true });
      else fsyncSync(fd);
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#leave(fd);
    }
  }

  /** Mostly the last write, cut off by a power cut; but a length that is damaged looks like that with all behind it. */
  #reportTorn(fd: number, from: number, bytes: number): void {
    const what = `journal: cut ${bytes} bytes of an unfinished write from ${this.#file}`;
    if (isZero(fd, from, from + bytes)) return this.#effects.report(what);
    const aside = this.#asideName();
    try {
      copyRest(fd, from, aside);
      this.#effects.report(`${what}; they are kept as ${aside}`);
    } catch (error) {
      if (errnoOf(error) === null) throw error;
      // A full disk, most likely: the notebook opens nevertheless.
      rmSync(aside, { force: true });
      this.#effects.report(`${what}; they could not be kept: ${reasonOf(error)}`);
    }
  }

  #asideName(): string {
    return `${this.#file}.unreadable-${this.#effects.now()}`;
  }

  #write(content: FrameHead | readonly SessionEvent[]): void {
    if (this.#fd === null) return;
    const bytes = frame(content);
    writeAll(this.#fd, bytes);
    this.#bytes += bytes.length;
  }

  #sync(): void {
    this.#syncTimer = undefined;
    const fd = this.#fd;
    if (fd === null) return;
    if (this.#syncing.has(fd)) {
      this.#syncTimer = setTimeout(() => this.#sync(), syncWithinMs);
      return;
    }
    this.#syncing.set(fd, 'open');
    fdatasync(fd, (error) => {
      const isLeft = this.#syncing.get(fd) === 'left';
      this.#syncing.delete(fd);
      // Whoever left it has synced it, or has the whole in another file.
      if (isLeft) closeSync(fd);
      else if (error !== null) this.#fail(error);
    });
  }

  /** Not while a sync is under way: the number may be another file's, or a socket's, before that comes to its turn. */
  #leave(fd: number): void {
    if (this.#syncing.has(fd)) this.#syncing.set(fd, 'left');
    else closeSync(fd);
  }

  #fail(error: unknown): void {
    const why = reasonOf(error);
    if (this.#trouble === null)
      this.#effects.report(`journal: cannot write ${this.#file}: ${why}; results are kept in memory only`);
    this.#trouble = why;
    if (this.#closed) return;
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => this.#replace(this.#effects.snapshot()), retryMs);
    this.#retryTimer.unref();
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function writeAll(fd: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
}

function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function openIfPresent(file: string): number | null {
  try {
    return openSync(file, 'r+');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
}
