import { createHash, hash } from 'node:crypto';

/** SHA-256 of a file's bytes, hex: the condition of every write over something that was read before. */
export function contentHash(bytes: Uint8Array | string): string {
  return hash('sha256', bytes, 'hex');
}

/** Bytes that are hashed in one turn of the event loop: a few milliseconds. */
const turn = 4 * 1024 * 1024;

/** The same, beside other work. */
export async function contentHashInTurns(bytes: Uint8Array): Promise<string> {
  if (bytes.length <= turn) return contentHash(bytes);
  const sum = createHash('sha256');
  for (let at = 0; at < bytes.length; at += turn) {
    sum.update(bytes.subarray(at, at + turn));
    await new Promise((resolve) => setImmediate(resolve));
  }
  return sum.digest('hex');
}
