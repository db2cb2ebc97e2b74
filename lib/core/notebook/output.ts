import { z } from 'zod';
import { jsonObjectSchema, jsonValueSchema } from '#lib/core/json.ts';

/**
 * Outputs in memory and on the wire: nbformat v4 outputs with multi-line fields joined to one string (JSON mime types
 * stay values). `display_id`, `lines`, `stored`, `linked` and the type `withheld` are transient: never written to a file.
 */
export const mimeBundleSchema = z.record(z.string(), jsonValueSchema);

/** Images of a bundle that are fetched by address instead of travelling in `data`, by mime type. Sizes in pixels. */
const linkedImagesSchema = z.record(
  z.string(),
  z.object({ url: z.string(), width: z.number().nullable(), height: z.number().nullable() }),
);

/**
 * Values of a bundle that lie in the blob store, as JSON, by mime type; browsers know none. `at` is the place among the
 * others that the value had when it was taken out; sizes are those of images, in pixels, where they are known.
 */
const count = z.number().int().nonnegative();
const storedValueSchema = z.object({
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: count,
  characters: count,
  at: count,
  width: z.number().nonnegative().nullable(),
  height: z.number().nonnegative().nullable(),
});
const storedValuesSchema = z.record(z.string(), storedValueSchema);

/** Text that lies in the blob store. `characters` are UTF-16 units, `bytes` those of UTF-8, `lines` its newlines. */
const measures = { characters: z.number(), bytes: z.number(), lines: z.number() };
const storedChunkSchema = z.object({ hash: z.string(), ...measures });

/**
 * The middle of a long text: `head`, the chunks, and the output's own `text` together are the whole. Browsers know its
 * measures and no chunks.
 */
const storedTextSchema = z.object({ head: z.string(), ...measures, chunks: z.array(storedChunkSchema) });

export const streamOutputSchema = z.object({
  output_type: z.literal('stream'),
  /** `stdout` or `stderr`; other names are shown like stdout. */
  name: z.string(),
  text: z.string(),
  /** Newlines received in total, also of text that `\r` or clear_output took back; absent for outputs read from a file. */
  lines: z.number().optional(),
  /** What goes before `text`, where that is more than is kept in memory. */
  stored: storedTextSchema.optional(),
});

export const outputSchema = z.discriminatedUnion('output_type', [
  streamOutputSchema,
  z.object({
    output_type: z.literal('display_data'),
    data: mimeBundleSchema,
    metadata: jsonObjectSchema,
    display_id: z.string().optional(),
    linked: linkedImagesSchema.optional(),
    stored: storedValuesSchema.optional(),
  }),
  z.object({
    output_type: z.literal('execute_result'),
    data: mimeBundleSchema,
    metadata: jsonObjectSchema,
    execution_count: z.number().nullable(),
    display_id: z.string().optional(),
    linked: linkedImagesSchema.optional(),
    stored: storedValuesSchema.optional(),
  }),
  z.object({
    output_type: z.literal('error'),
    ename: z.string(),
    evalue: z.string(),
    traceback: z.array(z.string()),
  }),
  /** An output type this version does not know: kept as found, shown inert. */
  z.object({ output_type: z.literal('unknown'), raw: jsonObjectSchema }),
  /** Stands in a browser for outputs that stay on the server until they are seen: enough to guess their height. */
  z.object({
    output_type: z.literal('withheld'),
    kind: z.enum(['text', 'error', 'table', 'image', 'other']),
    /** Of text: lines as they wrap at 120 columns; of tables: rows. */
    lines: z.number(),
    /** CSS pixels of an image, where they are known. */
    width: z.number().optional(),
    height: z.number().optional(),
    /** How many outputs it stands for. */
    count: z.number(),
  }),
]);

export type MimeBundle = z.infer<typeof mimeBundleSchema>;
export type Output = z.infer<typeof outputSchema>;
export type LinkedImages = z.infer<typeof linkedImagesSchema>;
export type DisplayOutput = Extract<Output, { output_type: 'display_data' | 'execute_result' }>;
export type WithheldOutput = Extract<Output, { output_type: 'withheld' }>;
export type StreamOutput = Extract<Output, { output_type: 'stream' }>;
export type StoredValue = z.infer<typeof storedValueSchema>;
export type StoredText = z.infer<typeof storedTextSchema>;
export type StoredChunk = z.infer<typeof storedChunkSchema>;
