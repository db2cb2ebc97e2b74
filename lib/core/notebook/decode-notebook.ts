import type { BrokenNotebook } from './layout.ts';

export type DecodedNotebook = { readonly kind: 'text'; readonly text: string; readonly bom: boolean };

/** Decodes the bytes of a file as UTF-8, without losing a byte; another encoding is named, not guessed at. */
export function decodeNotebookBytes(bytes: Uint8Array): DecodedNotebook | BrokenNotebook {
  const [a, b, c] = bytes;
  if (
    (a === 0xff && b === 0xfe) ||
    (a === 0xfe && b === 0xff) ||
    (a === 0 && b !== undefined) ||
    (b === 0 && a !== undefined)
  ) {
    return undecodable('The file is UTF-16 text; a notebook must be UTF-8. Convert it to UTF-8 to open it', 0, bytes);
  }
  const bom = a === 0xef && b === 0xbb && c === 0xbf;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bom ? bytes.subarray(3) : bytes);
    return { kind: 'text', text, bom };
  } catch {
    const offset = firstInvalid(bytes);
    const byte = (bytes[offset] ?? 0).toString(16).toUpperCase().padStart(2, '0');
    return undecodable(`The file is not valid UTF-8: byte ${byte} at offset ${offset} fits nowhere`, offset, bytes);
  }
}

/** Bytes of a notebook's text; `bom` as `decodeNotebookBytes` found it. */
export function encodeNotebook(text: string, bom: boolean): Uint8Array {
  return new TextEncoder().encode(bom ? `\uFEFF${text}` : text);
}

function undecodable(message: string, offset: number, bytes: Uint8Array): BrokenNotebook {
  let line = 1;
  let lineStart = 0;
  for (let i = 0; i < offset; i++) {
    if (bytes[i] === 10) {
      line++;
      lineStart = i + 1;
    }
  }
  return { kind: 'broken', problem: { message, line, column: offset - lineStart + 1, offset }, repair: null };
}

/** Offset of the first byte that no UTF-8 text can have there (a cut character counts from its first byte). */
function firstInvalid(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const lead = bytes[at] ?? 0;
    const length =
      lead < 0x80
        ? 1
        : lead >= 0xc2 && lead < 0xe0
          ? 2
          : lead >= 0xe0 && lead < 0xf0
            ? 3
            : lead >= 0xf0 && lead < 0xf5
              ? 4
              : 0;
    if (length === 0 || at + length > bytes.length) return at;
    for (let i = 1; i < length; i++) if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) return at;
    const second = bytes[at + 1] ?? 0;
    const overlong = (lead === 0xe0 && second < 0xa0) || (lead === 0xf0 && second < 0x90);
    if (overlong || (lead === 0xed && second > 0x9f) || (lead === 0xf4 && second > 0x8f)) return at;
    at += length;
  }
  return 0;
}
