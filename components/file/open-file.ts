import { type FileBytes, hashBytes, readFileBytes } from '#lib/client/file-bytes.ts';
import { type Fault, isFault } from '#lib/core/fault.ts';

/** Longer texts are shown part by part and not edited, bytes. */
export const longestEdited = 5 * 1024 * 1024;
/** What is read to see what a file is, bytes. */
const firstPart = 64 * 1024;

/** What a file turned out to be, by its name and its first bytes. */
export type OpenedFile =
  | { readonly kind: 'image'; readonly size: number }
  | { readonly kind: 'table'; readonly size: number }
  | { readonly kind: 'text'; readonly source: string; readonly hash: string | null; readonly version: string }
  | { readonly kind: 'long'; readonly size: number }
  | { readonly kind: 'binary'; readonly size: number; readonly head: Uint8Array; readonly why: string }
  | { readonly kind: 'fault'; readonly fault: Fault };

const imageEndings: ReadonlySet<string> = new Set(['png', 'jpg', 'jpeg', 'gif', 'webp', 'svg', 'bmp', 'ico', 'avif']);
const tableEndings: ReadonlySet<string> = new Set(['csv', 'tsv', 'tab']);

export function endingOf(path: string): string {
  return /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
}

/** @param asText a table or a drawing is wanted as its text. */
export async function openFile(path: string, asText: boolean): Promise<OpenedFile> {
  const head = await readFileBytes(path, { from: 0, to: firstPart });
  if (isFault(head)) return { kind: 'fault', fault: head };
  const { size } = head;
  const ending = endingOf(path);
  if (imageEndings.has(ending) && !asText) return { kind: 'image', size };
  const why = whyNoText(head.bytes, head.bytes.length === size);
  if (why !== null) return { kind: 'binary', size, head: head.bytes.slice(0, 1024), why };
  if (tableEndings.has(ending) && !asText) return { kind: 'table', size };
  if (size > longestEdited) return { kind: 'long', size };
  const whole = head.bytes.length === size ? head : await readFileBytes(path);
  return isFault(whole) ? { kind: 'fault', fault: whole } : asTextFile(whole);
}

async function asTextFile({ bytes, size, version }: FileBytes): Promise<OpenedFile> {
  const why = whyNoText(bytes, true);
  if (why !== null) return { kind: 'binary', size, head: bytes.slice(0, 1024), why };
  const source = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  return { kind: 'text', source, hash: await hashBytes(bytes), version };
}

/** Why bytes are no text that can be edited here; null when they are. The last character of a part may be cut. */
export function whyNoText(bytes: Uint8Array, whole: boolean): string | null {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
    return 'The text is in UTF-16. Convert it to UTF-8 to see and edit it here.';
  if (bytes.includes(0)) return 'The file is binary.';
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: !whole });
    return null;
  } catch {
    return 'The bytes are no UTF-8: the file is binary, or a text in an older encoding such as Latin-1.';
  }
}
