import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as Y from 'yjs';
import { fillDoc } from '#lib/core/notebook/notebook-doc.ts';
import { FaultError } from '#lib/core/fault.ts';
import type { EpochId } from '#lib/core/ids.ts';
import type { DiskEffects } from '#server/storage/disk-effects.ts';
import { errnoOf, ioFault } from '#server/storage/io-fault.ts';
import { syncFolder } from '#server/storage/write-file.ts';
import { baseOf, writeBase, type BaseState } from './base-state.ts';
import type { ParsedFile } from './parse-file.ts';
import { type RecoveredLog, UpdateLog } from './update-log.ts';

/** A document as an earlier process left it, or begun anew from the file. */
export type RecoveredDocument = {
  readonly doc: Y.Doc;
  readonly log: UpdateLog;
  readonly epoch: EpochId;
  readonly base: BaseState;
  /** The whole document as one update, where it is at hand. */
  readonly encoded: Uint8Array | null;
  /** False: a new epoch, filled from the file. */
  readonly restored: boolean;
  /** What has to be said about it, or null. */
  readonly notice: string | null;
};

/**
 * Replays the update log on top of nothing, if it is of the base's epoch and lacks nothing that the file already had.
 * Anything else begins a new epoch from the file: a document that is older than the file would take saved work back. A
 * log that is not replayed is kept under another name, for it may hold acknowledged edits.
 *
 * Without a file (`parsed` null) there is only the log: null when that does not do.
 */
export async function recoverDocument(
  folder: string,
  path: string,
  parsed: (ParsedFile & { readonly hash: string }) | null,
  base: BaseState | null,
  newEpoch: () => EpochId,
  effects: DiskEffects,
): Promise<RecoveredDocument | null> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await syncFolder(dirname(folder), effects);
  const logPath = join(folder, 'updates.log');
  const found = await readLog(logPath, effects);
  if (found !== null && base !== null && found.epoch === base.epoch) {
    const doc = replay(found.updates);
    if (doc !== null && covers(doc, Buffer.from(base.stateVector, 'base64'))) {
      const notice =
        found.cut === 0
          ? null
          : 'The server stopped while an edit was being written; that edit was not acknowledged and is sent again by its browser.';
      return {
        doc,
        log: found.log,
        epoch: found.epoch,
        base: { ...base, path },
        encoded: null,
        restored: true,
        notice,
      };
    }
    doc?.destroy();
  }
  if (found !== null) await found.log.close();
  if (parsed === null) return null;
  const kept = await setAside(logPath, effects);
  const doc = new Y.Doc();
  fillDoc(doc, parsed.file);
  const epoch = newEpoch();
  const encoded = Y.encodeStateAsUpdate(doc);
  const log = await UpdateLog.create(logPath, epoch, encoded, effects);
  const fresh = baseOf(parsed.file, { epoch, path, fileHash: parsed.hash, conflicts: [] }, Y.encodeStateVector(doc));
  await writeBase(folder, 'base', fresh, effects);
  const damaged = 'The record of unsaved edits was damaged; the notebook was opened as it is on disk.';
  const notice =
    kept !== null ? `${damaged} The record is kept on the server as ${kept}.` : base === null ? null : damaged;
  return { doc, log, epoch, base: fresh, encoded, restored: false, notice };
}

/** Null for a log that is absent, has not one whole frame, or that the disk does not give. */
async function readLog(path: string, effects: DiskEffects): Promise<RecoveredLog | null> {
  try {
    return await UpdateLog.recover(path, effects);
  } catch (error) {
    if (error instanceof FaultError) return null;
    throw error;
  }
}

/** Renames a log that is not replayed; its new path, or null when there is none. */
async function setAside(path: string, effects: DiskEffects): Promise<string | null> {
  const kept = path.replace(/\.log$/, `-${randomBytes(6).toString('hex')}.kept`);
  try {
    await effects.rename(path, kept);
    await syncFolder(dirname(path), effects);
    return kept;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw new FaultError(ioFault(error, 'the state folder'), { cause: error });
  }
}

function replay(updates: readonly Uint8Array[]): Y.Doc | null {
  const doc = new Y.Doc();
  try {
    Y.transact(doc, () => {
      for (const update of updates) Y.applyUpdate(doc, update);
    });
  } catch {
    // Checksums were right and the bytes are not: written by another version. The file has the last saved state.
    doc.destroy();
    return null;
  }
  return doc;
}

/** Whether the document has everything of this state vector. */
export function covers(doc: Y.Doc, stateVector: Uint8Array): boolean {
  const have = Y.decodeStateVector(Y.encodeStateVector(doc));
  for (const [client, clock] of Y.decodeStateVector(stateVector)) if ((have.get(client) ?? 0) < clock) return false;
  return true;
}
