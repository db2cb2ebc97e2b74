/** The bytes of a file that are asked for, both ends included. */
export type ByteRange = { readonly from: number; readonly to: number };

/**
 * Reads a Range header. Null is the whole file: no header, one we do not understand, or several ranges (RFC 9110 lets a
 * server answer the whole then). `unsatisfiable` when nothing of the file lies in the range.
 */
export function parseRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (match === null || (match[1] === '' && match[2] === '')) return null;
  if (match[1] === '') {
    const last = Math.min(Number(match[2]), size);
    return last === 0 ? 'unsatisfiable' : { from: size - last, to: size - 1 };
  }
  const from = Number(match[1]);
  const to = match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1);
  if (match[2] !== '' && Number(match[2]) < from) return null;
  return from >= size ? 'unsatisfiable' : { from, to };
}
