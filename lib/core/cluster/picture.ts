import { z } from 'zod';
import { gpuSampleSchema } from '#lib/core/resource/gpu.ts';

const ratesSchema = z.object({ read: z.number(), write: z.number() });

const taskCountsSchema = z.object({
  running: z.number(),
  /** Can run, and no worker is free. */
  queued: z.number(),
  /** For the results of others. */
  waiting: z.number(),
  /** Whose results are kept. */
  done: z.number(),
  failed: z.number(),
});
export type TaskCounts = Readonly<z.infer<typeof taskCountsSchema>>;

const workerPictureSchema = z.object({
  /** In the engine's own spelling. */
  id: z.string(),
  name: z.string(),
  host: z.string(),
  threads: z.number(),
  running: z.number(),
  /** Shares of one thread that are busy: 2 is two cores at full load. */
  cpu: z.number().nullable(),
  /** Bytes. */
  memory: z.object({ used: z.number(), limit: z.number().nullable() }).nullable(),
  /** Bytes that were put on disk for lack of memory. */
  spilled: z.number().nullable(),
  /** Bytes per second of its machine. */
  disk: ratesSchema.nullable(),
  network: ratesSchema.nullable(),
  /** Absent: the engine tells of none. */
  gpus: z.array(gpuSampleSchema).readonly().optional(),
  /** When the engine last heard of it, ms since 1970. */
  heardAt: z.number().nullable(),
});
export type WorkerPicture = Readonly<z.infer<typeof workerPictureSchema>>;

/**
 * What a cluster tells of itself, the same for every engine. Figures are of the moment it was asked; what an engine does
 * not tell is null, never nought.
 */
export const clusterPictureSchema = z.object({
  /** Of the engine. */
  version: z.string().nullable(),
  tasks: taskCountsSchema,
  /** How old they were when the rest was told, ms; absent: as new as that. */
  tasksAge: z.number().optional(),
  /** The same of the workers. */
  workersAge: z.number().optional(),
  /** Programs that are connected to it, ours included. */
  clients: z.number().nullable(),
  workers: z.array(workerPictureSchema).readonly(),
  /** Beside those that are listed: how many more there are, and what they take together; absent: there are none. */
  others: workerPictureSchema
    .pick({ threads: true, running: true, cpu: true, memory: true })
    .extend({ count: z.number() })
    .optional(),
  /** Workers that are worth having for the work that waits, as the engine thinks. */
  wantedWorkers: z.number().nullable(),
});
export type ClusterPicture = Readonly<z.infer<typeof clusterPictureSchema>>;
