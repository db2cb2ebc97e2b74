import { crc32 } from 'node:zlib';

/**
 * Frames of an append-only file: `u32 length, u32 crc32, bytes` (little endian). An empty frame is never written: a tail
 * of zeros, as file systems leave it after a power cut, has the right checksum of nothing.
 */
const headBytes = 8;

export function frame(bytes: Uint8Array): Uint8Array {
  const framed = Buffer.alloc(headBytes + bytes.length);
  framed.writeUInt32LE(bytes.length, 0);
  framed.writeUInt32LE(crc32(bytes), 4);
  framed.set(bytes, headBytes);
  return framed;
}

/** The whole frames from the beginning on, and where the last of them ends. Views of `bytes`, not copies. */
export function readFrames(bytes: Uint8Array): { readonly frames: Uint8Array[]; readonly end: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const frames: Uint8Array[] = [];
  let at = 0;
  while (at + headBytes <= bytes.length) {
    const length = view.getUint32(at, true);
    const stop = at + headBytes + length;
    if (length === 0 || stop > bytes.length) break;
    const body = bytes.subarray(at + headBytes, stop);
    if (crc32(body) !== view.getUint32(at + 4, true)) break;
    frames.push(body);
    at = stop;
  }
  return { frames, end: at };
}
