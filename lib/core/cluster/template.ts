import { z } from 'zod';
import { clusterKindSchema, type ClusterKind } from './kind.ts';

/** A name of an environment variable that every shell takes. */
export const variableNameSchema = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'Names of variables have letters, digits and _, and begin with no digit.');

/** Of the workers. Values may be secrets: they go up and are sealed, and never come down. */
export const environmentSchema = z
  .record(variableNameSchema, z.string().max(16_384).refine(hasNoNul, 'A value holds a character that ends it.'))
  .refine((variables) => Object.keys(variables).length <= 64, 'At most 64 variables.');
export type ClusterEnvironment = Readonly<z.infer<typeof environmentSchema>>;

/** Bounds of sense; whether it fits a place its provider says. */
export const clusterSizeSchema = z.object({
  workers: z.number().int().min(1).max(1_000),
  threads: z.number().int().min(1).max(1_024),
  /** Bytes of each worker. */
  memoryBytes: z
    .number()
    .int()
    .min(1)
    .max(2 ** 50),
});

export const clusterLabelSchema = z.string().trim().min(1).max(80);
/** Minutes without work after which a cluster is stopped; null: never. */
export const idleMinutesSchema = z.number().int().min(1).max(43_200).nullable();

/** How a cluster is launched, under a name: what a form is filled with. */
export const clusterTemplateSchema = z.object({
  id: z.string().min(1).max(64),
  label: clusterLabelSchema,
  kind: clusterKindSchema,
  size: clusterSizeSchema,
  environment: environmentSchema,
  idleMinutes: idleMinutesSchema,
  /** A line for who chooses. */
  about: z.string().trim().max(500),
});
export type ClusterTemplate = Readonly<z.infer<typeof clusterTemplateSchema>>;

/** What there is where a cluster is to be launched. */
export type MachineRoom = { readonly cores: number; readonly memoryBytes: number };

const gibibyte = 2 ** 30;

/** Those that come with the product: small enough for a laptop, smaller still on a small one. */
export function shippedTemplates({ cores, memoryBytes }: MachineRoom): readonly ClusterTemplate[] {
  // Half of the memory at most: kernels, browsers and the engine's head live there as well.
  const share = (workers: number, most: number): number =>
    Math.min(most, Math.floor(memoryBytes / 2 / workers / 2 ** 20) * 2 ** 20);
  const pair = (kind: ClusterKind, label: string, about: string): ClusterTemplate => ({
    id: `small-${kind}`,
    label,
    kind,
    size: { workers: 2, threads: Math.max(1, Math.min(2, Math.floor(cores / 2))), memoryBytes: share(2, gibibyte) },
    environment: {},
    idleMinutes: 60,
    about,
  });
  return [
    pair('spark-standalone', 'Spark, small', 'A master and two workers; the driver runs in the kernel.'),
    {
      ...pair('spark-connect', 'Spark Connect, small', 'One server that holds the driver; kernels need no Java.'),
      size: { workers: 1, threads: Math.max(1, Math.min(2, cores)), memoryBytes: share(1, 2 * gibibyte) },
    },
    pair('dask', 'Dask, small', 'A scheduler and two workers, for arrays, data frames and futures.'),
    pair('ray', 'Ray, small', 'A head and two workers, for tasks and actors.'),
  ];
}

function hasNoNul(text: string): boolean {
  return !text.includes('\0');
}
