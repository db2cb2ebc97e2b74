import type * as Y from 'yjs';
import { clusterId } from '#lib/core/ids.ts';
import { isJsonObject, type JsonObject } from '#lib/core/json.ts';
import { type BoundCluster, boundClusterSchema } from '#lib/core/session/event.ts';
import { jsonEqual } from './json-ranges.ts';
import { readNotebookMetadata } from './notebook-doc.ts';

/** The key of the notebook's metadata that is ours. */
const ours = 'farfield';

/**
 * The cluster that a notebook was last attached to (`metadata.farfield.cluster`): what the picker offers first. Reading it
 * attaches nothing.
 */
export function readNotebookCluster(metadata: JsonObject): BoundCluster | null {
  const kept = metadata[ours];
  const read = boundClusterSchema.safeParse(isJsonObject(kept) ? kept['cluster'] : undefined);
  return read.success && read.data.id.length <= 128 ? { ...read.data, id: clusterId(read.data.id) } : null;
}

/** Keeps it, or with null forgets it; other keys, ours too, stay as they are. */
export function writeNotebookCluster(doc: Y.Doc, cluster: BoundCluster | null, origin?: unknown): void {
  const kept = readNotebookMetadata(doc)[ours];
  const { cluster: before, ...others } = isJsonObject(kept) ? kept : {};
  if (jsonEqual(before ?? null, cluster)) return;
  const next = cluster === null ? others : { ...others, cluster };
  doc.transact(() => {
    const notebook = doc.getMap('notebook');
    if (Object.keys(next).length === 0) notebook.delete(ours);
    else notebook.set(ours, next);
  }, origin);
}
