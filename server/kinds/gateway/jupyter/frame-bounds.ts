/** Parts of one message; a message of real use has five, and a few buffers. */
const mostParts = 4_096;

/**
 * Whether the offsets at the head of a frame cut it into parts, one after the other and all inside of it. Whoever reads a
 * frame copies what its offsets name: without this a small frame could name the same bytes a million times.
 */
export function isWithinBounds(frame: ArrayBuffer | string, protocol: string): boolean {
  if (typeof frame === 'string') return true;
  return protocol === '' ? isLegacy(new DataView(frame)) : isV1(new DataView(frame));
}

/** 64-bit little-endian: a count, and that many offsets: the beginning of each part and the end of the last one. */
function isV1(view: DataView): boolean {
  if (view.byteLength < 8) return false;
  const count = Number(view.getBigUint64(0, true));
  // Channel, header, parent, metadata and content.
  if (count < 6 || count > mostParts || view.byteLength < 8 * (count + 1)) return false;
  return isRising(count, 8 * (count + 1), view.byteLength, (at) => Number(view.getBigUint64(8 * (at + 1), true)));
}

/** 32-bit big-endian: a count, and the beginning of each part; the last one reaches to the end. */
function isLegacy(view: DataView): boolean {
  if (view.byteLength < 4) return false;
  const count = view.getUint32(0);
  if (count < 1 || count > mostParts || view.byteLength < 4 * (count + 1)) return false;
  return isRising(count, 4 * (count + 1), view.byteLength, (at) => view.getUint32(4 * (at + 1)));
}

function isRising(count: number, from: number, to: number, offset: (at: number) => number): boolean {
  let last = from;
  for (let at = 0; at < count; at += 1) {
    const next = offset(at);
    if (next < last || next > to) return false;
    last = next;
  }
  return true;
}
