/**
 * Reads the text of an `.ipynb` of any format into one model, and remembers where everything stands so that the writer
 * can change a cell and leave every other byte alone. Reading never changes or repairs the text itself.
 */

import type { CellId } from '#lib/core/ids.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '#lib/core/json.ts';
import { assignIds } from './cell-ids.ts';
import { findMember, JsonScanner, type Member, parseRange, problemAt, type Range, ScanError } from './json-ranges.ts';
import type { BrokenNotebook, CellLayout, NotebookFile, ReadingStopped } from './layout.ts';
import type { NotebookCell } from './model.ts';
import { normalise, type ReadCell, readCell, withId } from './read-cell.ts';
import { offerRepair } from './repair-notebook.ts';
import { detectStyle } from './text-style.ts';
import { upgradeMetadata, upgradeWorksheets } from './upgrade-notebook.ts';

export type { BrokenNotebook, NotebookFile } from './layout.ts';

export type ReadOptions = {
  /** Ids in cell order, for cells that have none in the file: those the document had when we wrote this very text. */
  readonly ids?: readonly CellId[] | undefined;
  /** The last reading of the same file: cells without an id in the file keep the identity they had there. */
  readonly previous?: { readonly cells: readonly Pick<NotebookCell, 'id' | 'type' | 'source'>[] } | undefined;
};

/** Highest minor of format 4 whose every field is known here. */
const knownMinor = 5;

/** Reads a notebook. A text that is none comes back as `BrokenNotebook`, never as an empty notebook. */
export function readNotebook(text: string, options: ReadOptions = {}): NotebookFile | BrokenNotebook {
  const read = scanNotebook(text, options);
  if ('kind' in read) return read;
  const problem = problemAt(text, read.offset, read.message);
  const offer = offerRepair(text, read, (candidate) => 'kind' in scanNotebook(candidate, {}));
  return { kind: 'broken', problem: { ...problem, message: offer.message }, repair: offer.repair };
}

type Scan = { root: Range; members: readonly Member[]; cellsArray: Range | null; cells: readonly CellLayout[] };

function scanNotebook(text: string, options: ReadOptions): NotebookFile | ReadingStopped {
  const scanner = new JsonScanner(text);
  const members: Member[] = [];
  let cells: CellLayout[] = [];
  let cellsArray: Range | null = null;
  const stopped = (message: string, offset: number): ReadingStopped => ({
    message,
    offset,
    members,
    cells: cells.map((cell) => cell.range),
  });
  try {
    const start = scanner.skipSpace(0);
    if (start < text.length && text[start] !== '{') {
      const end = scanner.skipValue(start);
      scanner.expectEnd(end);
      return stopped('This is JSON, but not a notebook: a notebook is an object', start);
    }
    const { end } = scanner.readMembers(
      start,
      0,
      (key, from) => {
        if (key !== 'cells' || text[from] !== '[') {
          if (key === 'cells') [cells, cellsArray] = [[], null];
          return scanner.skipValue(from, 1);
        }
        cells = [];
        const array = scanner.readElements(from, 1, (at) => {
          const cell = text[at] === '{' ? scanner.readMembers(at, 2) : { members: [], end: scanner.skipValue(at, 2) };
          cells.push({ range: { start: at, end: cell.end }, members: cell.members, fileId: null });
          return cell.end;
        });
        cellsArray = { start: from, end: array.end };
        return array.end;
      },
      members,
    );
    scanner.expectEnd(end);
    const scan = { root: { start, end }, members, cellsArray, cells };
    return interpret(scanner, scan, options) ?? stopped(notANotebook(members), start);
  } catch (error) {
    if (error instanceof ScanError) return stopped(error.message, error.offset);
    throw error;
  }
}

function notANotebook(members: readonly Member[]): string {
  if (findMember(members, 'nbformat'))
    return 'This notebook is of a format that cannot be read: it has no list of cells';
  return 'This is JSON, but not a notebook: it has no "cells"';
}

function interpret(scanner: JsonScanner, scan: Scan, options: ReadOptions): NotebookFile | null {
  const { text, nonFinite } = scanner;
  const value = (members: readonly Member[], key: string): JsonValue | undefined => {
    const member = findMember(members, key);
    return member && parseRange(text, member.value, nonFinite);
  };
  const number = (key: string): number | null => {
    const found = value(scan.members, key);
    return typeof found === 'number' ? found : null;
  };
  const notices: string[] = [];
  const found = value(scan.members, 'metadata');
  let metadata: JsonObject = isJsonObject(found) ? found : {};
  let major = number('nbformat');
  let minor = number('nbformat_minor');
  let cells: ReadCell[];
  let layouts: CellLayout[] = [];
  let upgradedFrom: string | null = null;

  if (scan.cellsArray) {
    layouts = scan.cells.map((cell) => {
      const id = value(cell.members, 'id');
      return { ...cell, fileId: typeof id === 'string' ? id : null };
    });
    cells = scan.cells.map((cell) => readCell(text, cell.members, nonFinite));
    if (major === null || major < 4) {
      notices.push('The file does not say which notebook format it is; it is read as format 4.');
      major = 4;
    }
    if (minor === null) {
      minor = layouts.some((cell) => cell.fileId !== null) ? 5 : 4;
      notices.push(`The file does not say which minor format it is; it is read as 4.${minor}.`);
    }
  } else {
    if (major !== null && major >= 4) return null;
    // A notebook of an old format may have no worksheets at all: it has no cells.
    const worksheets = value(scan.members, 'worksheets') ?? (major === 2 || major === 3 ? [] : null);
    if (!Array.isArray(worksheets)) return null;
    cells = upgradeWorksheets(worksheets as readonly JsonValue[]).map(({ outputs, ...cell }) => ({
      ...cell,
      source: normalise(cell.source),
      outputs: () => outputs,
    }));
    metadata = upgradeMetadata(metadata);
    upgradedFrom = `${major ?? 3}.${minor ?? 0}`;
    notices.push(`This notebook is in the old format ${upgradedFrom}. It is written as 4.5 once you change it.`);
    [major, minor] = [4, 5];
  }

  const anonymous = cells.map((cell, index) => ({
    type: cell.type,
    source: cell.source,
    fileId: layouts[index]?.fileId ?? null,
  }));
  const { ids, invalid, duplicate } = assignIds(anonymous, { ids: options.ids, previous: options.previous?.cells });
  if (duplicate > 0) notices.push(`${count(duplicate, 'cell has', 'cells have')} the id of an earlier cell.`);
  if (invalid > 0) notices.push(`${count(invalid, 'cell has', 'cells have')} an id that the notebook format forbids.`);
  const missing = layouts.filter((cell) => cell.fileId === null).length;
  if (missing > 0 && major === 4 && minor >= 5) {
    notices.push(`${count(missing, 'cell has', 'cells have')} no id, which format 4.${minor} asks for.`);
  }
  if (major === 4 && minor > knownMinor) {
    notices.push(`Format 4.${minor} is newer than 4.${knownMinor}: what is unknown in it is shown inert and kept.`);
  }
  const unknown = cells.filter((cell) => cell.type === 'unknown').length;
  if (unknown > 0) notices.push(`${count(unknown, 'cell is', 'cells are')} of a kind that is not known here.`);
  return {
    kind: 'notebook',
    text,
    layout: { ...scan, cells: layouts, nonFinite, style: detectStyle(scanner, scan.root, scan.members, layouts) },
    format: { major, minor, upgradedFrom },
    metadata,
    cells: cells.map((cell, index) => withId(ids[index] as CellId, cell)),
    notices,
    readonly: major > 4 ? `Notebook format ${major} is newer than this version can write.` : null,
  };
}

function count(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}
