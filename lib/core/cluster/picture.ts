/**
 * What a cluster tells of itself, the same for every engine. Figures are of the moment it was asked; what an engine does
 * not tell is null, never nought.
 */
export type ClusterPicture = {
  /** Of the engine. */
  readonly version: string | null;
  readonly tasks: TaskCounts;
  /** Programs that are connected to it, ours included. */
  readonly clients: number | null;
  readonly workers: readonly WorkerPicture[];
  /** Workers that are worth having for the work that waits, as the engine thinks. */
  readonly wantedWorkers: number | null;
};

export type TaskCounts = {
  readonly running: number;
  /** Can run, and no worker is free. */
  readonly queued: number;
  /** For the results of others. */
  readonly waiting: number;
  /** Whose results are kept. */
  readonly done: number;
  readonly failed: number;
};

export type WorkerPicture = {
  /** In the engine's own spelling. */
  readonly id: string;
  readonly name: string;
  readonly host: string;
  readonly threads: number;
  readonly running: number;
  /** Shares of one thread that are busy: 2 is two cores at full load. */
  readonly cpu: number | null;
  /** Bytes. */
  readonly memory: { readonly used: number; readonly limit: number | null } | null;
  /** Bytes that were put on disk for lack of memory. */
  readonly spilled: number | null;
  /** Bytes per second of its machine. */
  readonly disk: { readonly read: number; readonly write: number } | null;
  readonly network: { readonly read: number; readonly write: number } | null;
  /** When the engine last heard of it, ms since 1970. */
  readonly heardAt: number | null;
};
