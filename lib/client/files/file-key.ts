/** Bytes at either end of a file that are looked at. */
const endBytes = 64 * 1024;

/**
 * What tells a file of the person's computer from another one of the same name: size, time and, where the page may
 * compute it, a hash of both ends. Choosing the same file again gives the same key. Rejects when it cannot be read.
 */
export async function fileKey(file: File): Promise<string> {
  const ends = await new Blob([
    file.slice(0, endBytes),
    file.slice(Math.max(endBytes, file.size - endBytes)),
  ]).arrayBuffer();
  const base = `${file.size}-${file.lastModified}`;
  // Pages without a secure connection have no `subtle`.
  if (!isSecureContext) return base;
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', ends));
  return `${base}-${Array.from(hash.subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
