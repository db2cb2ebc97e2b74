import { constants } from 'node:fs';
import type { DiskEffects } from '#server/storage/disk-effects.ts';
import { ioFault } from '#server/storage/io-fault.ts';

/**
 * Why a file is not to be written, in the reader's words; null when it may be, or when it is not there to ask. The
 * system's own answer for this process: mode bits alone would lock root out of files it may write.
 */
export async function findWriteObstacle(
  absolute: string,
  effects: Pick<DiskEffects, 'access'>,
): Promise<string | null> {
  try {
    await effects.access(absolute, constants.W_OK);
    return null;
  } catch (error) {
    return ioFault(error, absolute).fault === 'file.permission' ? 'The file is read-only for this server.' : null;
  }
}
