import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { ioFault } from '#server/storage/io-fault.ts';

/** Why a file is not to be written, in the reader's words; null when it may be, or when it is not there to ask. */
export async function findWriteObstacle(absolute: string): Promise<string | null> {
  try {
    const { mode } = await stat(absolute);
    await access(absolute, constants.W_OK);
    // Root may write everything; a file without any write bit was made read-only on purpose.
    return (mode & 0o222) === 0 ? 'The file is read-only.' : null;
  } catch (error) {
    return ioFault(error, absolute).fault === 'file.permission' ? 'The file may not be written by this server.' : null;
  }
}
