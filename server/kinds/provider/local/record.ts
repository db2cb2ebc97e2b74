import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { clusterId, type ClusterId } from '#lib/core/ids.ts';
import { clusterKindSchema } from '#lib/kinds/cluster/manifest.ts';
import { writePrivately } from '#server/process/detached-process.ts';

/** What is known of a launched cluster across restarts of this server. Written after each process that is started. */
const processSchema = z.object({ pid: z.number().int().positive(), birth: z.string() });

const recordSchema = z.object({
  id: z.string().transform(clusterId),
  kind: clusterKindSchema,
  size: z.object({ workers: z.number().int(), threads: z.number().int(), memoryBytes: z.number() }),
  environment: z.record(z.string(), z.string()),
  token: z.string(),
  /** Of the engine; '' before it is known to be there. */
  python: z.string(),
  head: processSchema.nullable(),
  workers: z.array(processSchema.extend({ name: z.string() })),
  /** Number of the next worker: names are never used twice. */
  next: z.number().int(),
  /** ms since 1970 */
  launchedAt: z.number(),
  /** When all of it was up; null: a launch was under way. */
  readyAt: z.number().nullable(),
});
export type ClusterRecord = z.infer<typeof recordSchema>;

export function readRecord(folder: string): ClusterRecord | null {
  try {
    return recordSchema.parse(JSON.parse(readFileSync(join(folder, 'cluster.json'), 'utf8')));
  } catch {
    return null; // none, or unreadable: as if there were none
  }
}

export function writeRecord(folder: string, record: ClusterRecord): void {
  writePrivately(join(folder, 'cluster.json'), record);
}

/** Names of the folders that hold a record. */
export function listRecords(root: string): readonly ClusterId[] {
  if (!existsSync(root)) return [];
  return readdirSync(root)
    .filter((name) => readRecord(join(root, name))?.id === name)
    .map(clusterId);
}
