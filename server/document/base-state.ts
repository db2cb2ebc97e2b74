import { join } from 'node:path';
import { z } from 'zod';
import { FaultError, isFault } from '#lib/core/fault.ts';
import { findMember } from '#lib/core/notebook/json-ranges.ts';
import type { NotebookFile } from '#lib/core/notebook/layout.ts';
import type { CellType, NotebookCell, NotebookContent } from '#lib/core/notebook/model.ts';
import type { Output } from '#lib/core/notebook/output.ts';
import { sameOutputs } from '#lib/core/notebook/patch-cell.ts';
import { jsonObjectSchema } from '#lib/core/json.ts';
import type { LoadedCell } from '#lib/core/session/event.ts';
import { cellIdField, epochIdField } from '#lib/protocol/fields.ts';
import { contentHash } from '#server/storage/content-hash.ts';
import { diskEffects, type DiskEffects } from '#server/storage/disk-effects.ts';
import { errnoOf, ioFault } from '#server/storage/io-fault.ts';
import { writeFileDurably } from '#server/storage/write-file.ts';

/**
 * What document and file last agreed on: `<state>/notebooks/<id>/base.json`. It is the common ancestor when the file
 * changes outside. Written by the file sync after every save and every merge, read when the room opens.
 *
 * A save first writes `base.next.json`: when the process dies between replacing the notebook and writing `base.json`,
 * the next start recognises the file by its hash as its own work and not as a stranger's.
 */
const baseCellSchema = z.object({
  id: cellIdField,
  type: z.custom<CellType>((value) => typeof value === 'string'),
  source: z.string(),
  metadata: jsonObjectSchema,
  attachments: jsonObjectSchema.optional(),
  /** SHA-256 of the text of the outputs in the file. */
  outputsHash: z.string(),
  executionCount: z.number().nullable(),
});

export const baseStateSchema = z.object({
  version: z.literal(1),
  epoch: epochIdField,
  path: z.string(),
  /** SHA-256 of the file's bytes. */
  fileHash: z.string(),
  /** State vector of the document that this base is part of, base64: a log that lacks some of it has lost edits. */
  stateVector: z.string(),
  metadata: jsonObjectSchema,
  cells: z.array(baseCellSchema),
  conflicts: z.array(z.object({ cellId: cellIdField, ours: z.string().nullable(), theirs: z.string().nullable() })),
});
export type BaseState = z.infer<typeof baseStateSchema>;
export type BaseCell = BaseState['cells'][number];

/** The base that a file as just read stands for. */
export function baseOf(
  file: NotebookFile,
  rest: Pick<BaseState, 'epoch' | 'path' | 'fileHash' | 'conflicts'>,
  stateVector: Uint8Array,
): BaseState {
  return {
    version: 1,
    ...rest,
    stateVector: Buffer.from(stateVector).toString('base64'),
    metadata: file.metadata,
    cells: file.cells.map((cell, index) => ({
      id: cell.id,
      type: cell.type,
      source: cell.source,
      metadata: cell.metadata,
      ...(cell.attachments === undefined ? {} : { attachments: cell.attachments }),
      outputsHash: outputsHash(file, index),
      executionCount: cell.executionCount,
    })),
  };
}

/** The part of a base that the merge compares. */
export function contentOf(base: Pick<BaseState, 'metadata' | 'cells'>): NotebookContent {
  return {
    metadata: base.metadata,
    cells: base.cells.map(({ id, type, source, metadata, attachments }) => ({
      id,
      type,
      source,
      metadata,
      attachments,
    })),
  };
}

/** By cell: those that were not written again keep their object, and so their hash. */
const hashes = new WeakMap<NotebookCell, string>();

/** Of the outputs as they are written: they need not be parsed for it. */
function outputsHash(file: NotebookFile, index: number): string {
  const cell = file.cells[index];
  if (cell === undefined || cell.type !== 'code') return '';
  let hash = hashes.get(cell);
  if (hash === undefined) hashes.set(cell, (hash = hashOutputs(file, index, cell)));
  return hash;
}

function hashOutputs(file: NotebookFile, index: number, cell: NotebookCell): string {
  const layout = file.layout.cells[index];
  if (layout === undefined) return cell.outputs.length === 0 ? '' : contentHash(JSON.stringify(cell.outputs));
  const at = findMember(layout.members, 'outputs')?.value;
  return at === undefined || at.end - at.start <= 2 ? '' : contentHash(file.text.slice(at.start, at.end));
}

/**
 * Cells of a changed file whose results are not those that we know from it. `previous` is the file that the base stands
 * for, where it is at hand: outputs that were only written in another way are no new ones.
 */
export function findNewResults(base: BaseState, file: NotebookFile, previous: NotebookFile | null): LoadedCell[] {
  const known = new Map(base.cells.map((cell) => [cell.id, cell]));
  const before = new Map(previous?.cells.map((cell) => [cell.id, cell]));
  return file.cells.flatMap((cell, index) => {
    const old = known.get(cell.id);
    if (old === undefined) return cell.type === 'code' ? [toLoaded(cell)] : [];
    const isSame =
      old.executionCount === cell.executionCount &&
      (old.outputsHash === outputsHash(file, index) ||
        sameOutputs(before.get(cell.id)?.outputs ?? noOutputs, cell.outputs));
    return isSame ? [] : [toLoaded(cell)];
  });
}

/** Stands for none that could be compared. */
const noOutputs: readonly Output[] = [{ output_type: 'unknown', raw: {} }];

/** A cell's results for the session host; its outputs are parsed when somebody reads them. */
export function toLoaded(cell: NotebookCell): LoadedCell {
  return {
    cellId: cell.id,
    executionCount: cell.executionCount,
    get outputs() {
      return [...cell.outputs];
    },
  };
}

/** The base of an earlier process: the one of a save that was cut short when the file is already that save's. */
export async function readBase(
  folder: string,
  fileHash: string | null,
  effects: DiskEffects = diskEffects,
): Promise<BaseState | null> {
  const next = await readOne(join(folder, 'base.next.json'), effects);
  if (next !== null && next.fileHash === fileHash) return next;
  return readOne(join(folder, 'base.json'), effects);
}

/** Throws a FaultError when the state folder cannot be written. */
export async function writeBase(
  folder: string,
  name: 'base' | 'base.next',
  base: BaseState,
  effects: DiskEffects = diskEffects,
): Promise<void> {
  const refused = await writeFileDurably(
    join(folder, `${name}.json`),
    Buffer.from(JSON.stringify(base)),
    { label: 'the state folder', mode: 0o600 },
    effects,
  );
  if (isFault(refused)) throw new FaultError(refused);
}

/** After anything but a save: the announced base would claim a file that goes back to the bytes of the save before. */
export async function dropNextBase(folder: string, effects: DiskEffects = diskEffects): Promise<void> {
  try {
    await effects.rm(join(folder, 'base.next.json'), { force: true });
  } catch (error) {
    throw new FaultError(ioFault(error, 'the state folder'), { cause: error });
  }
}

async function readOne(path: string, effects: DiskEffects): Promise<BaseState | null> {
  try {
    const parsed = baseStateSchema.safeParse(JSON.parse(Buffer.from(await effects.readFile(path)).toString('utf8')));
    return parsed.success ? parsed.data : null;
  } catch (error) {
    // A damaged base is like none: the document begins a new epoch from the file.
    if (error instanceof SyntaxError || errnoOf(error) === 'ENOENT') return null;
    throw new FaultError(ioFault(error, 'the state folder'), { cause: error });
  }
}
