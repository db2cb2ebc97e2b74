import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as Y from 'yjs';
import { fillDoc } from '#lib/core/notebook/notebook-doc.ts';
import type { EpochId } from '#lib/core/ids.ts';
import type { DiskEffects } from '#server/storage/disk-effects.ts';
import { syncFolder } from '#server/storage/write-file.ts';
import { baseOf, writeBase, type BaseState } from './base-state.ts';
import type { ParsedFile } from './parse-file.ts';
import { UpdateLog } from './update-log.ts';

/** A document as an earlier process left it, or begun anew from the file. */
export type RecoveredDocument = {
  readonly doc: Y.Doc;
  readonly log: UpdateLog;
  readonly epoch: EpochId;
  readonly base: BaseState;
  /** False: a new epoch, filled from the file. */
  readonly restored: boolean;
  /** What has to be said about it, or null. */
  readonly notice: string | null;
};

/**
 * Replays the update log on top of nothing, if it is of the base's epoch and lacks nothing that the file already had.
 * Anything else begins a new epoch from the file: a document that is older than the file would take saved work back.
 */
export async function recoverDocument(
  folder: string,
  path: string,
  parsed: ParsedFile & { readonly hash: string },
  base: BaseState | null,
  newEpoch: () => EpochId,
  effects: DiskEffects,
): Promise<RecoveredDocument> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await syncFolder(dirname(folder), effects);
  const logPath = join(folder, 'updates.log');
  const found = await UpdateLog.recover(logPath, effects);
  if (found !== null && base !== null && found.epoch === base.epoch) {
    const doc = replay(found.updates);
    if (doc !== null && covers(doc, Buffer.from(base.stateVector, 'base64'))) {
      const notice =
        found.cut === 0
          ? null
          : 'The server stopped while an edit was being written; that edit was not acknowledged and is sent again by its browser.';
      return { doc, log: found.log, epoch: found.epoch, base: { ...base, path }, restored: true, notice };
    }
    doc?.destroy();
  }
  if (found !== null) await found.log.close();
  const doc = new Y.Doc();
  fillDoc(doc, parsed.file);
  const epoch = newEpoch();
  const log = await UpdateLog.create(logPath, epoch, Y.encodeStateAsUpdate(doc), effects);
  const fresh = baseOf(parsed.file, { epoch, path, fileHash: parsed.hash, conflicts: [] }, Y.encodeStateVector(doc));
  await writeBase(folder, 'base', fresh, effects);
  const notice =
    found === null && base === null
      ? null
      : 'The record of unsaved edits was damaged; the notebook was opened as it is on disk.';
  return { doc, log, epoch, base: fresh, restored: false, notice };
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
