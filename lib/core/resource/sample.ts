import { z } from 'zod';
import { loadsOf } from '#lib/core/cluster/most-workers.ts';
import { clusterPictureSchema } from '#lib/core/cluster/picture.ts';
import { gpuSampleSchema, memorySchema } from './gpu.ts';

/** What a kernel takes at one moment. What is not told is null, never nought. */
export const kernelSampleSchema = z.object({
  kind: z.literal('kernel'),
  /** ms since 1970 */
  at: z.number(),
  /** Cores that are busy with it and what it started: 2 is two cores at full load. */
  cpu: z.number().nullable(),
  /** Bytes of it and what it started. */
  memory: z.number().nullable(),
  machine: z.object({
    cores: z.number().nullable(),
    /** Share of all cores, 0 to 1. */
    cpu: z.number().nullable(),
    memory: memorySchema.nullable(),
    /** Null: nothing there tells; an empty list: there are none. */
    gpus: z.array(gpuSampleSchema).readonly().nullable(),
  }),
});
export type KernelSample = Readonly<z.infer<typeof kernelSampleSchema>>;

/** A node that was there and is no more: it was killed, let go of, or its machine is away. */
const goneNodeSchema = z.object({
  id: z.string(),
  name: z.string(),
  host: z.string(),
  /** When it was first missed, ms since 1970. */
  missedAt: z.number(),
});
export type GoneNode = Readonly<z.infer<typeof goneNodeSchema>>;

/** What a cluster takes at one moment, and who uses it. */
export const clusterSampleSchema = z.object({
  kind: z.literal('cluster'),
  at: z.number(),
  picture: clusterPictureSchema,
  /** Paths of the notebooks whose kernels are told of it. */
  notebooks: z.array(z.string()).readonly(),
  /** The last one first. */
  gone: z.array(goneNodeSchema).readonly(),
});
export type ClusterSample = Readonly<z.infer<typeof clusterSampleSchema>>;

export const resourceSampleSchema = z.discriminatedUnion('kind', [kernelSampleSchema, clusterSampleSchema]);
export type ResourceSample = Readonly<z.infer<typeof resourceSampleSchema>>;

/** Names of figures of which an hour is kept. Of a node: `node.cpu:<its id>`. */
export const nodeFigure = (figure: 'cpu' | 'memory', id: string): string => `node.${figure}:${id}`;

/** The figures of a sample of which an hour is kept, by name. */
export function figuresOfSample(sample: ResourceSample): ReadonlyMap<string, number | null> {
  if (sample.kind === 'kernel') {
    const { cpu, memory, machine } = sample;
    const gpu = machine.gpus?.[0]?.busy ?? null;
    return new Map([
      ['cpu', cpu],
      ['memory', memory],
      ['machine.memory', machine.memory?.used ?? null],
      ['gpu', gpu],
    ]);
  }
  const { workers, tasks } = sample.picture;
  const loads = loadsOf(sample.picture);
  const figures = new Map<string, number | null>([
    ['cpu', sumOf(loads.map(({ cpu }) => cpu))],
    ['memory', sumOf(loads.map(({ memory }) => memory?.used ?? null))],
    ['tasks.running', tasks.running],
    ['tasks.waiting', tasks.queued + tasks.waiting],
  ]);
  for (const { id, cpu, memory } of workers) {
    figures.set(nodeFigure('cpu', id), cpu);
    figures.set(nodeFigure('memory', id), memory?.used ?? null);
  }
  return figures;
}

/** Of those that are told; null when none is. */
function sumOf(values: readonly (number | null)[]): number | null {
  const told = values.filter((value) => value !== null);
  return told.length === 0 ? null : told.reduce((sum, value) => sum + value, 0);
}
