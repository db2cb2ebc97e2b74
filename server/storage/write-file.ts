import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { isFault, type Fault } from '#lib/core/fault.ts';
import { diskEffects, type DiskEffects } from './disk-effects.ts';
import { errnoOf, ioFault } from './io-fault.ts';

/**
 * Replaces a file so that a crash, a full disk or a power cut leaves the old bytes or the new ones, never a mixture:
 * temporary file beside it, fsync, rename, fsync of the folder. A symlink is followed and stays a link; mode and owner
 * are kept. Where the folder takes no new file, the bytes are written in place.
 */
export type WriteOptions = {
  /** What a person calls the file; used in faults. */
  readonly label?: string;
  /** Mode of a file that does not exist yet. Default 0o644, narrowed by the umask. */
  readonly mode?: number;
  /** Asked right before the old file is replaced; a fault stops the write and leaves the old file. */
  readonly check?: () => Promise<Fault | null>;
};

/** Names of the temporary files that lie beside a target during its write. */
export const temporaryName = /^\.farfield-[0-9a-f]{12}\.tmp$/;

/** Null when the bytes are durably on disk under this path. */
export async function writeFileDurably(
  path: string,
  bytes: Uint8Array,
  options: WriteOptions = {},
  effects: DiskEffects = diskEffects,
): Promise<Fault | null> {
  const label = options.label ?? path;
  try {
    const target = await resolveLink(path, effects);
    const existing = await statOrNull(target, effects);
    const temporary = join(dirname(target), `.farfield-${randomBytes(6).toString('hex')}.tmp`);
    let handle: FileHandle;
    try {
      handle = await effects.open(
        temporary,
        'wx',
        existing === null ? (options.mode ?? 0o644) : existing.mode & 0o7777,
      );
    } catch (error) {
      const code = errnoOf(error);
      if (existing !== null && (code === 'EACCES' || code === 'EPERM'))
        return await writeInPlace(target, bytes, options, effects);
      throw error;
    }
    const outcome = await replace(handle, { temporary, target, existing, bytes, options }, effects);
    if (outcome === 'keepOwner') return await writeInPlace(target, bytes, options, effects);
    return outcome;
  } catch (error) {
    return ioFault(error, label);
  }
}

/** Makes the names in a folder durable. File systems without it (some network mounts) answer EINVAL: nothing more can be done. */
export async function syncFolder(folder: string, effects: DiskEffects = diskEffects): Promise<void> {
  const handle = await effects.open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    const code = errnoOf(error);
    if (code !== 'EINVAL' && code !== 'ENOTSUP') throw error;
  } finally {
    await handle.close();
  }
}

type Replacement = {
  readonly temporary: string;
  readonly target: string;
  readonly existing: Stats | null;
  readonly bytes: Uint8Array;
  readonly options: WriteOptions;
};

async function replace(
  handle: FileHandle,
  job: Replacement,
  effects: DiskEffects,
): Promise<Fault | null | 'keepOwner'> {
  let renamed = false;
  try {
    try {
      if (job.existing !== null) {
        const own = await handle.stat();
        if (own.uid !== job.existing.uid || own.gid !== job.existing.gid) {
          try {
            await handle.chown(job.existing.uid, job.existing.gid);
          } catch (error) {
            if (errnoOf(error) === 'EPERM') return 'keepOwner';
            throw error;
          }
        }
        // After chown, which clears set-id bits, and against the umask.
        await handle.chmod(job.existing.mode & 0o7777);
      }
      await handle.writeFile(job.bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    const refused = job.options.check === undefined ? null : await job.options.check();
    if (isFault(refused)) return refused;
    await effects.rename(job.temporary, job.target);
    renamed = true;
    await syncFolder(dirname(job.target), effects);
    return null;
  } finally {
    if (!renamed) await effects.unlink(job.temporary).catch(ignoreMissing);
  }
}

async function writeInPlace(
  target: string,
  bytes: Uint8Array,
  options: WriteOptions,
  effects: DiskEffects,
): Promise<Fault | null> {
  const refused = options.check === undefined ? null : await options.check();
  if (isFault(refused)) return refused;
  const old = await effects.readFile(target);
  const handle = await effects.open(target, 'r+');
  try {
    await overwrite(handle, bytes);
    return null;
  } catch (error) {
    // The old bytes did fit; they are put back so that a full disk does not leave a torn file.
    await overwrite(handle, old).catch(() => undefined);
    throw error;
  } finally {
    await handle.close();
  }
}

async function overwrite(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  let at = 0;
  while (at < bytes.length) at += (await handle.write(bytes, at, bytes.length - at, at)).bytesWritten;
  await handle.truncate(bytes.length);
  await handle.sync();
}

async function resolveLink(path: string, effects: DiskEffects): Promise<string> {
  try {
    return await effects.realpath(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return path;
    throw error;
  }
}

async function statOrNull(path: string, effects: DiskEffects): Promise<Stats | null> {
  try {
    return await effects.stat(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
}

function ignoreMissing(error: unknown): void {
  // The write has failed already and says why; a temporary file that cannot be removed either changes nothing.
  if (errnoOf(error) === null) throw error;
}
