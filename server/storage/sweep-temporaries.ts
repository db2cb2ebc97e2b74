import { lstat, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from './io-fault.ts';
import { temporaryName } from './write-file.ts';

/** A write of ours that takes longer than this has died. */
const leftoverMs = 60_000;

/** Removes the temporary files that a killed server left in a folder. What cannot be removed stays: it harms nothing. */
export async function sweepTemporaries(folder: string, now: number): Promise<void> {
  try {
    for (const name of await readdir(folder)) {
      if (!temporaryName.test(name)) continue;
      const path = join(folder, name);
      const entry = await lstat(path);
      if (entry.isFile() && now - entry.mtimeMs > leftoverMs) await unlink(path);
    }
  } catch (error) {
    if (errnoOf(error) === null) throw error;
  }
}
