import { z } from 'zod';

/** What a Ray dashboard tells, as far as we read it (ray/dashboard/modules, ray/util/state/common.py). */

const count = z.number().nonnegative();

export const versionModel = z.object({ ray_version: z.string() });

/** How the State API answers: the rows are within three envelopes. */
function stateModel<Row extends z.ZodType>(result: Row) {
  return z.object({ data: z.object({ result: z.object({ result }) }) });
}

export const jobsModel = stateModel(z.array(z.object({ status: z.string(), driver_info: z.unknown() })));
/**
 * Tasks, with the node that they are on. `total`: how many there are, also those for which there was no row left and those
 * that were forgotten (`num_filtered` counts rows alone: they are cut where they come from).
 */
export const unfinishedModel = z.object({
  data: z.object({
    result: z.object({
      result: z.array(z.object({ state: z.string(), node_id: z.string().nullish() })),
      total: count.nullish(),
    }),
  }),
});
export const tasksModel = stateModel(
  z.object({
    node_id_to_summary: z.object({
      cluster: z.object({ summary: z.record(z.string(), z.object({ state_counts: z.record(z.string(), count) })) }),
    }),
  }),
);

const pair = z.tuple([z.number(), z.number()]).rest(z.number());
const nodeModel = z.object({
  /** Seconds since 1970; absent until a node has measured its machine. */
  now: z.number().nullish(),
  hostname: z.string().nullish(),
  ip: z.string().nullish(),
  /** Per cent of all cores of its machine. */
  cpu: z.number().nullish(),
  /** Cores of its machine, with and without those that are two in one. */
  cpus: pair.nullish(),
  /** Bytes of its machine: total, available, per cent, used. */
  mem: z.tuple([z.number(), z.number(), z.number(), z.number()]).nullish(),
  /** Bytes per second of its machine: read and written; sent and received. */
  diskIoSpeed: pair.nullish(),
  networkSpeed: pair.nullish(),
  /** Of its machine. Per cent, and MiB (ray/dashboard/modules/reporter/gpu_providers.py). */
  gpus: z
    .array(
      z.object({
        name: z.string(),
        utilizationGpu: z.number().nullish(),
        memoryUsed: z.number().nullish(),
        memoryTotal: z.number().nullish(),
      }),
    )
    .nullish(),
  raylet: z.object({
    nodeId: z.string(),
    nodeName: z.string().nullish(),
    nodeManagerAddress: z.string(),
    state: z.string(),
    isHeadNode: z.boolean().nullish(),
    resourcesTotal: z.record(z.string(), z.number()).nullish(),
  }),
});
export type RayNode = z.infer<typeof nodeModel>;

export const nodesModel = z.object({ data: z.object({ summary: z.array(nodeModel) }) });

export const logNamesModel = z.object({ data: z.object({ result: z.record(z.string(), z.array(z.string())) }) });
