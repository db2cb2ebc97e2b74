import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FileHandle } from 'node:fs/promises';
import { lstat, statfs, unlink } from 'node:fs/promises';
import { type Fault, fault, isFault } from '#lib/core/fault.ts';
import type { FileEntry } from '#lib/protocol/http/files.ts';
import type { OnClash } from '#lib/protocol/http/uploads.ts';
import { diskEffects, type DiskEffects } from './disk-effects.ts';
import { errnoOf, ioFault } from './io-fault.ts';
import { placeUpload } from './place-upload.ts';
import { type UploadRecord, UploadRecords } from './upload-records.ts';
import type { Workspace } from './workspace.ts';
import { splitPath } from './workspace-path.ts';

/**
 * Files on their way into the workspace. The bytes that came lie under a hidden name beside their target, so that the
 * last step is a rename; their number is the truth about how much is there, whatever was acknowledged. Owns these files
 * and their records; read and written by the HTTP routes.
 */
export type UploadsOptions = {
  readonly workspace: Workspace;
  /** Where the records lie. */
  readonly folder: string;
  /** Runs an overwriting while no room saves the file. */
  readonly replace: (path: string, act: () => Promise<Fault | FileEntry>) => Promise<Fault | FileEntry>;
  readonly now?: () => number;
};

export type UploadProgress = { readonly id: string; readonly offset: number };

const largestUpload = 64 * 1024 ** 3;
const mostUploads = 2_000;
const abandonedMs = 24 * 60 * 60 * 1000;
const sweepMs = 60 * 60 * 1000;

/** Names of the hidden files that hold what came so far. */
export const partName = /^\.farfield-[0-9a-f]{12}\.(?:part|tmp)$/;

export class Uploads {
  readonly #workspace: Workspace;
  readonly #records: UploadRecords;
  readonly #replace: UploadsOptions['replace'];
  readonly #now: () => number;
  readonly #effects: DiskEffects;
  /** What is being written, by upload. A newer piece ends an older one, whose line may hang. */
  readonly #writing = new Map<string, { readonly stop: () => void; readonly done: Promise<unknown> }>();
  #timer: NodeJS.Timeout | null = null;

  constructor(options: UploadsOptions, effects: DiskEffects = diskEffects) {
    this.#workspace = options.workspace;
    this.#records = new UploadRecords(options.folder);
    this.#replace = options.replace;
    this.#now = options.now ?? Date.now;
    this.#effects = effects;
  }

  /** Finds what an earlier process left, and sweeps what nobody has come back to for a day. */
  async run(): Promise<void> {
    await this.#records.open();
    await this.sweep();
    this.#timer = setInterval(() => void this.sweep(), sweepMs);
    this.#timer.unref();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    for (const { stop } of this.#writing.values()) stop();
  }

  async begin(wanted: {
    readonly path: string;
    readonly size: number;
    readonly key: string;
    readonly by: string;
    readonly onClash: OnClash;
  }): Promise<Fault | UploadProgress> {
    const { path, size, key, by } = wanted;
    if (size > largestUpload) return fault('file.tooLarge', `“${path}” is larger than 64 GiB.`);
    const { folder, name } = splitPath(path);
    if (partName.test(name)) return fault('file.path', `“${name}” is a name that Farfield uses itself.`);
    const made = await this.#workspace.makeFolders(folder);
    if (isFault(made)) return made;
    const target = await this.#workspace.resolveEntry(path);
    if (isFault(target)) return target;
    const clash = await this.#clash(path, target.absolute, wanted.onClash);
    if (clash !== null) return clash;
    const known = this.#records.find({ path, size, key, by });
    const present = known === undefined ? notFound() : await this.state(known.id);
    if (!isFault(present) || present.fault !== 'upload.notFound') return present;
    if (this.#records.all().length >= mostUploads)
      return fault('file.tooLarge', 'Too many uploads are unfinished.', 'Finish or cancel some of them.');
    return this.#create({ path, size, key, by });
  }

  async state(id: string): Promise<Fault | UploadProgress> {
    const record = this.#records.get(id);
    if (record === undefined) return notFound();
    await this.#quiet(id);
    try {
      const part = await this.#partOf(record);
      if (isFault(part)) return part;
      return { id, offset: (await lstat(part)).size };
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') return ioFault(error, record.path);
      // Somebody removed the bytes, or the folder with them: it begins anew.
      await this.#records.remove(id);
      return notFound();
    }
  }

  /** Appends a piece. What came before a line broke stays; a disk that is full takes the whole upload back. */
  async receive(
    id: string,
    offset: number,
    body: AsyncIterable<Buffer> & { destroy(): unknown },
  ): Promise<Fault | UploadProgress> {
    const present = await this.state(id);
    const record = this.#records.get(id);
    if (isFault(present) || record === undefined) return isFault(present) ? present : notFound();
    if (present.offset !== offset)
      return fault('upload.offset', `The server has ${present.offset} bytes of “${record.path}”, not ${offset}.`);
    const part = await this.#partOf(record);
    if (isFault(part)) return part;
    if (this.#writing.has(id)) return fault('upload.offset', 'Another window sends this file.');
    const work = this.#write(record, part, offset, body);
    this.#writing.set(id, { stop: () => body.destroy(), done: work });
    try {
      const outcome = await work;
      if (isFault(outcome) && outcome.fault === 'file.noSpace') await this.#forget(record);
      return outcome;
    } finally {
      this.#writing.delete(id);
    }
  }

  /** Puts the whole file into its place. A clash leaves the upload as it is, to be finished in another way. */
  async finish(id: string, onClash: OnClash): Promise<Fault | FileEntry> {
    const present = await this.state(id);
    const record = this.#records.get(id);
    if (isFault(present) || record === undefined) return isFault(present) ? present : notFound();
    if (present.offset !== record.size)
      return fault('upload.offset', `The server has ${present.offset} of ${record.size} bytes of “${record.path}”.`);
    const part = await this.#partOf(record);
    if (isFault(part)) return part;
    const unsafe = await this.#makeDurable(part, record.path);
    if (unsafe !== null) return unsafe;
    const entry = await placeUpload(this.#workspace, { part, path: record.path, onClash, replace: this.#replace });
    if (!isFault(entry)) await this.#records.remove(id);
    return entry;
  }

  async cancel(id: string): Promise<Fault | null> {
    const record = this.#records.get(id);
    if (record === undefined) return notFound();
    await this.#quiet(id);
    await this.#forget(record);
    return null;
  }

  /** Removes uploads that had no sign of life for a day. */
  async sweep(): Promise<void> {
    for (const record of this.#records.all()) {
      if (this.#writing.has(record.id) || this.#now() - record.at < abandonedMs) continue;
      const part = await this.#partOf(record);
      const touched = isFault(part) ? null : await lstat(part).catch(() => null);
      if (touched === null || this.#now() - touched.mtimeMs >= abandonedMs) await this.#forget(record);
    }
  }

  async #create(wanted: Pick<UploadRecord, 'path' | 'size' | 'key' | 'by'>): Promise<Fault | UploadProgress> {
    const id = randomBytes(12).toString('hex');
    const part = `.farfield-${randomBytes(6).toString('hex')}.part`;
    const record: UploadRecord = { id, part, at: this.#now(), ...wanted };
    const absolute = await this.#partOf(record);
    if (isFault(absolute)) return absolute;
    try {
      const free = await freeBytes(dirname(absolute));
      if (free < wanted.size)
        return fault(
          'file.noSpace',
          `“${wanted.path}” has ${wanted.size} bytes, and ${free} are free on the disk.`,
          'Free some space, then try again.',
        );
      const refused = await this.#records.put(record);
      if (isFault(refused)) return refused;
      await (await this.#effects.open(absolute, 'wx', 0o644)).close();
      return { id, offset: 0 };
    } catch (error) {
      await this.#records.remove(id);
      return ioFault(error, wanted.path);
    }
  }

  async #write(
    record: UploadRecord,
    part: string,
    offset: number,
    body: AsyncIterable<Buffer>,
  ): Promise<Fault | UploadProgress> {
    let handle: FileHandle | null = null;
    let at = offset;
    try {
      handle = await this.#effects.open(part, constants.O_WRONLY | constants.O_NOFOLLOW);
      for await (const chunk of body) {
        if (at + chunk.length > record.size) {
          await handle.truncate(offset);
          return fault('request.invalid', `More than the ${record.size} bytes that “${record.path}” was said to have.`);
        }
        for (let done = 0; done < chunk.length;)
          done += (await handle.write(chunk, done, chunk.length - done, at + done)).bytesWritten;
        at += chunk.length;
      }
      await handle.datasync();
    } catch (error) {
      if (!isBrokenLine(error)) return ioFault(error, record.path);
    } finally {
      await handle?.close();
    }
    this.#records.touch(record.id, this.#now());
    return { id: record.id, offset: at };
  }

  /** The line may have broken behind the last byte: then nobody has waited for the disk yet. */
  async #makeDurable(part: string, path: string): Promise<Fault | null> {
    try {
      const handle = await this.#effects.open(part, constants.O_WRONLY | constants.O_NOFOLLOW);
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
      return null;
    } catch (error) {
      return ioFault(error, path);
    }
  }

  async #clash(path: string, absolute: string, onClash: OnClash): Promise<Fault | null> {
    try {
      const existing = await lstat(absolute);
      if (existing.isDirectory() && onClash !== 'keepBoth') return fault('file.exists', `“${path}” is a folder here.`);
      return onClash === 'refuse' ? fault('file.exists', `“${path}” already exists.`) : null;
    } catch (error) {
      return errnoOf(error) === 'ENOENT' ? null : ioFault(error, path);
    }
  }

  /** Waits until no piece is written; one whose line hangs is ended. */
  async #quiet(id: string): Promise<void> {
    const writing = this.#writing.get(id);
    if (writing === undefined) return;
    writing.stop();
    await writing.done;
  }

  async #partOf({ path, part }: UploadRecord): Promise<Fault | string> {
    const folder = await this.#workspace.resolve(splitPath(path).folder);
    return isFault(folder) ? folder : join(folder.absolute, part);
  }

  async #forget(record: UploadRecord): Promise<void> {
    const part = await this.#partOf(record);
    if (!isFault(part))
      await unlink(part).catch((error: unknown) => {
        // Gone already, or not to be removed: hidden, and no upload any more.
        if (errnoOf(error) === null) throw error;
      });
    await this.#records.remove(record.id);
  }
}

const notFound = () =>
  fault('upload.notFound', 'The server does not know this upload any more.', 'Upload the file again.');

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** The browser went away, or a newer piece took over: what came is kept. */
function isBrokenLine(error: unknown): boolean {
  return ['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'ABORT_ERR', 'EPIPE'].includes(errnoOf(error) ?? '');
}
