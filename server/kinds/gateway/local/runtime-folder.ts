import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Unix socket paths end at 104 bytes on macOS and 108 on Linux. */
const longestSocketPath = 103;
/** `/kernel-<uuid>-ipc-<n>` as Jupyter names the sockets of a kernel. */
const longestSocketName = '/kernel-00000000-0000-0000-0000-000000000000-ipc-99999'.length;

/**
 * Makes the folder for kernels' connection files and sockets: `wanted`, or a short one under the temporary folder when
 * socket paths in `wanted` would be too long. Mode 0700; throws when somebody else owns it.
 */
export function makeRuntimeFolder(wanted: string, temporary: string = tmpdir()): string {
  const name = `farfield-${process.getuid?.() ?? 0}-${createHash('sha256').update(wanted).digest('hex').slice(0, 10)}`;
  const folder = [wanted, join(temporary, name)].find(isShortEnough) ?? join('/tmp', name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const stat = lstatSync(folder);
  if (!stat.isDirectory() || (process.getuid !== undefined && stat.uid !== process.getuid())) {
    throw new Error(`${folder} belongs to somebody else: remove it, or set TMPDIR to a folder of your own`);
  }
  chmodSync(folder, 0o700);
  return folder;
}

function isShortEnough(folder: string): boolean {
  return Buffer.byteLength(folder) + longestSocketName <= longestSocketPath;
}
