import { z } from 'zod';

/** Bytes. `total`: of the machine, or the limit that was set; null: not told. */
export const memorySchema = z.object({ used: z.number(), total: z.number().nullable() });

/** One graphics processor, as the driver of its machine or the engine tells. */
export const gpuSampleSchema = z.object({
  name: z.string(),
  /** Share of the time in which it did something, 0 to 1. */
  busy: z.number().nullable(),
  memory: memorySchema.nullable(),
});
export type GpuSample = Readonly<z.infer<typeof gpuSampleSchema>>;
