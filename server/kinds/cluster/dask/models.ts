import { z } from 'zod';

/** What a Dask scheduler tells over HTTP, as far as we read it (distributed/http/scheduler/json.py). */

const count = z.number().nonnegative();

export const countsModel = z.object({
  tasks: count,
  /** Tasks that wait for the results of others. */
  waiting: count,
  processing: count,
  /** Results in memory, each copy counted. */
  memory: count,
  erred: count,
  released: count,
  /** Tasks that no worker there is can run. */
  unrunnable: count,
  /** Threads of all workers. */
  cores: count,
  clients: count,
  desired_workers: count,
});

const rates = z.object({ read_bps: z.number(), write_bps: z.number() });

const workerModel = z.object({
  name: z.union([z.string(), z.number()]),
  host: z.string(),
  nthreads: count,
  memory_limit: count.nullish(),
  /** Seconds since 1970. */
  last_seen: z.number().nullish(),
  /** Of its first graphics processor, where it has one and pynvml (distributed/diagnostics/nvml.py). Bytes. */
  gpu: z.object({ name: z.string(), 'memory-total': z.number().nullish() }).nullish(),
  metrics: z
    .object({
      /** Per cent of one core. */
      cpu: z.number().nullish(),
      memory: z.number().nullish(),
      spilled_bytes: z.object({ disk: z.number() }).nullish(),
      host_disk_io: rates.nullish(),
      host_net_io: rates.nullish(),
      /** Per cent, and bytes. */
      gpu: z.object({ utilization: z.number().nullish(), 'memory-used': z.number().nullish() }).nullish(),
      task_counts: z.record(z.string(), z.number()).nullish(),
    })
    .nullish(),
});
export type DaskWorker = z.infer<typeof workerModel>;

export const identityModel = z.object({
  type: z.literal('Scheduler'),
  /** Told by schedulers that were launched from here. */
  version: z.string().nullish(),
  workers: z.record(z.string(), workerModel),
});
