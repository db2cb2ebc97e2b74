/**
 * Reads the first cells of a notebook from the beginning of its file, for a first screen before the whole of it is open.
 * The text may end anywhere.
 */

import { isJsonObject, type JsonObject } from '#lib/core/json.ts';
import { assignIds } from './cell-ids.ts';
import { decodeNotebookBytes } from './decode-notebook.ts';
import { findMember, JsonScanner, type Member, parseRange, ScanError } from './json-ranges.ts';
import type { CellLayout } from './layout.ts';
import type { NotebookCell } from './model.ts';
import { readCell, withId } from './read-cell.ts';

export type NotebookHead = {
  /**
   * The first whole cells. One without a valid id has the id that a first reading of the file gives it; when the server
   * knows the file from before, it may keep another one.
   */
  readonly cells: readonly NotebookCell[];
  /** True when the notebook has no other cells. */
  readonly complete: boolean;
  /** The notebook's own metadata; null when it stands beyond what was read. */
  readonly metadata: JsonObject | null;
};

/** Stops the scanner where enough is known. */
class Enough extends Error {}

/**
 * At most `count` cells of the notebook of which `start` are the first bytes; null for what does not begin as a notebook
 * of format 4. `end`: the file's last bytes, where the metadata stands in most files.
 */
export function readHead(start: Uint8Array, count: number, end: Uint8Array | null = null): NotebookHead | null {
  const decoded = decodeNotebookBytes(wholeCharacters(start));
  if (decoded.kind === 'broken') return null;
  const { text } = decoded;
  const scanner = new JsonScanner(text);
  const members: Member[] = [];
  const layouts: Omit<CellLayout, 'fileId'>[] = [];
  let complete = false;
  let seen = false;
  try {
    scanner.readMembers(
      scanner.skipSpace(0),
      0,
      (key, from) => {
        if (key !== 'cells' || text[from] !== '[') return scanner.skipValue(from, 1);
        seen = true;
        const array = scanner.readElements(from, 1, (at) => {
          if (layouts.length === count) throw new Enough();
          if (text[at] !== '{') return scanner.skipValue(at, 2);
          const cell = scanner.readMembers(at, 2);
          layouts.push({ range: { start: at, end: cell.end }, members: cell.members });
          return cell.end;
        });
        complete = true;
        return array.end;
      },
      members,
    );
  } catch (error) {
    if (!(error instanceof ScanError || error instanceof Enough)) throw error;
  }
  if (!seen) return null;
  const own = findMember(members, 'metadata');
  const metadata = own ? parseRange(text, own.value, scanner.nonFinite) : end === null ? null : readTailMetadata(end);
  const cells = layouts.map((layout) => readCell(text, layout.members, scanner.nonFinite));
  const { ids } = assignIds(
    cells.map(({ type, source }, index) => {
      const id = findMember(layouts[index]?.members ?? [], 'id');
      const fileId = id ? parseRange(text, id.value, scanner.nonFinite) : null;
      return { type, source, fileId: typeof fileId === 'string' ? fileId : null };
    }),
    {},
  );
  return {
    cells: cells.flatMap((cell, index) => (ids[index] === undefined ? [] : [withId(ids[index], cell)])),
    complete,
    metadata: isJsonObject(metadata) ? metadata : null,
  };
}

/** Without the bytes of a character that was cut at the end. */
function wholeCharacters(bytes: Uint8Array): Uint8Array {
  for (let back = 1; back <= Math.min(4, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    return length > back ? bytes.subarray(0, bytes.length - back) : bytes;
  }
  return bytes;
}

const mostTries = 100;

/** The last `"metadata"` of a text after whose value nothing follows but members of the same object, and its end. */
function readTailMetadata(bytes: Uint8Array): JsonObject | null {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  let from = text.length;
  for (let tries = 0; tries < mostTries; tries++) {
    from = text.lastIndexOf('"metadata"', from - 1);
    if (from < 0) return null;
    // As if the object began here: its members must reach the end of the file.
    const object = `{${text.slice(from)}`;
    const scanner = new JsonScanner(object);
    try {
      const { members, end } = scanner.readMembers(0);
      // Only the root ends with the file.
      scanner.expectEnd(end);
      const first = members[0];
      const value = first && parseRange(object, first.value, scanner.nonFinite);
      if (isJsonObject(value)) return value;
    } catch (error) {
      if (!(error instanceof ScanError)) throw error;
    }
    if (from === 0) return null;
  }
  return null;
}
