import { z } from 'zod';
import { jsonObjectSchema, jsonValueSchema } from '#lib/core/json.ts';

/**
 * Outputs in memory and on the wire: nbformat v4 outputs with multi-line fields joined to one string (JSON mime types
 * stay values). `display_id` and `lines` are transient: never written to a file.
 */
export const mimeBundleSchema = z.record(z.string(), jsonValueSchema);

export const outputSchema = z.discriminatedUnion('output_type', [
  z.object({
    output_type: z.literal('stream'),
    /** `stdout` or `stderr`; other names are shown like stdout. */
    name: z.string(),
    text: z.string(),
    /** Newlines received in total, also of text that `\r` or clear_output took back; absent for outputs read from a file. */
    lines: z.number().optional(),
  }),
  z.object({
    output_type: z.literal('display_data'),
    data: mimeBundleSchema,
    metadata: jsonObjectSchema,
    display_id: z.string().optional(),
  }),
  z.object({
    output_type: z.literal('execute_result'),
    data: mimeBundleSchema,
    metadata: jsonObjectSchema,
    execution_count: z.number().nullable(),
    display_id: z.string().optional(),
  }),
  z.object({
    output_type: z.literal('error'),
    ename: z.string(),
    evalue: z.string(),
    traceback: z.array(z.string()),
  }),
  /** An output type this version does not know: kept as found, shown inert. */
  z.object({ output_type: z.literal('unknown'), raw: jsonObjectSchema }),
]);

export type MimeBundle = z.infer<typeof mimeBundleSchema>;
export type Output = z.infer<typeof outputSchema>;
export type StreamOutput = Extract<Output, { output_type: 'stream' }>;
