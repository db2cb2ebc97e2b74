import { randomBytes } from 'node:crypto';
import { cp, mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Fault } from '#lib/core/fault.ts';
import { errnoOf, ioFault } from './io-fault.ts';

/**
 * Makes the default workspace out of the examples when there is none yet. Appears whole or not at all; a folder that
 * exists, even an empty one, is the user's and stays as it is. True when it was made now.
 */
export async function seedWorkspace(folder: string, examples: string): Promise<Fault | boolean> {
  if ((await stat(folder).catch(() => null)) !== null) return false;
  const fresh = `${folder}.${randomBytes(6).toString('hex')}.new`;
  try {
    await mkdir(dirname(folder), { recursive: true });
    await cp(examples, fresh, { recursive: true, errorOnExist: true });
    await rename(fresh, folder);
    return true;
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    // Another server made it in the meantime.
    if (['ENOTEMPTY', 'EEXIST'].includes(errnoOf(error) ?? '')) return false;
    return ioFault(error, folder);
  }
}
