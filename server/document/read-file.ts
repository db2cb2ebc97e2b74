import { dirname } from 'node:path';
import { isFault, type Fault } from '#lib/core/fault.ts';
import type { DiskEffects } from '#server/storage/disk-effects.ts';
import { sweepTemporaries } from '#server/storage/sweep-temporaries.ts';
import type { Workspace } from '#server/storage/workspace.ts';
import { readBase, type BaseState } from './base-state.ts';
import { type FileMark, markFile } from './known-file.ts';
import { parseFile, type OpenedText, type ParsedFile } from './parse-file.ts';

/** A notebook file as a room finds it. */
export type FoundFile = {
  readonly kind: 'notebook';
  readonly parsed: ParsedFile;
  /** Empty without a file: whatever comes back is read anew, since no layout is known. */
  readonly hash: string;
  /** Of the file before its bytes were read; null without one. */
  readonly mark: FileMark | null;
  readonly savedAt: number | null;
  /** What document and file last agreed on. */
  readonly base: BaseState | null;
  /** Why there is no file although there was one; `parsed` is an empty notebook then. */
  readonly missing: Fault | null;
};

const noNotebook = Buffer.from('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}');

/**
 * Reads a notebook, with the names that its cells had at the last agreement. Removes temporary files of ours beside it and
 * in its state folder, which a killed server left. A missing file is a fault unless the state folder knows it.
 */
export async function readFile(
  { path, folder, workspace }: { readonly path: string; readonly folder: string; readonly workspace: Workspace },
  now: number,
  effects: DiskEffects,
): Promise<FoundFile | OpenedText | Fault> {
  const place = await workspace.resolve(path);
  const mark = isFault(place) ? null : await markFile(place.absolute);
  const read = await workspace.readBytes(path);
  const missing = isFault(read) ? read : null;
  if (missing !== null && missing.fault !== 'file.notFound') return missing;
  const found = isFault(read)
    ? { bytes: noNotebook, hash: '', savedAt: null }
    : { ...read, savedAt: Math.round(read.stats.mtimeMs) };
  const base = await readBase(folder, found.hash, effects);
  if (missing !== null && base === null) return missing;
  const known =
    base === null ? {} : base.fileHash === found.hash ? { ids: base.cells.map((cell) => cell.id) } : { previous: base };
  const parsed = parseFile(path, found.bytes, missing === null ? known : {});
  if (parsed.kind === 'text') return parsed;
  if (!isFault(read)) await sweepTemporaries(dirname(read.file.absolute), now);
  await sweepTemporaries(folder, now);
  return { kind: 'notebook', parsed, hash: found.hash, mark, savedAt: found.savedAt, base, missing };
}
