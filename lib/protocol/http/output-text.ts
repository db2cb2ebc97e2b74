import { z } from 'zod';
import { cellIdField, notebookIdField } from '#lib/protocol/fields.ts';
import { route } from './route.ts';

/** A text that a cell wrote, by the place of its output among those of the cell. */
const place = { notebookId: notebookIdField, cellId: cellIdField, output: z.coerce.number().int().nonnegative() };
const none = z.object({});

const lineSchema = z.object({
  /** Its first character in the whole text, in UTF-16 units. */
  at: z.number(),
  /** The line, or the beginning of a long one. */
  text: z.string(),
  /** UTF-16 units of the whole line. */
  characters: z.number(),
});
export type OutputLine = z.infer<typeof lineSchema>;

/** Measures of the whole text at this moment. */
const measures = { lines: z.number(), characters: z.number(), bytes: z.number() };

export const readOutputText = route({
  method: 'GET',
  path: '/api/v1/outputs/text',
  summary:
    'A range of the whole text that a cell of an open notebook wrote: lines, of which long ones are cut, or characters.',
  action: 'notebook.read',
  params: none,
  query: z.object({
    ...place,
    unit: z.enum(['lines', 'characters']).default('lines'),
    from: z.coerce.number().int().nonnegative(),
    count: z.coerce.number().int().min(1).max(65_536),
  }),
  body: none,
  reply: z.object({ ...measures, from: z.number(), parts: z.array(lineSchema) }),
});

const hitSchema = z.object({
  /** From 0. */
  line: z.number(),
  at: z.number(),
  /** What is around it in its line, and where in that it begins. */
  preview: z.string(),
  from: z.number(),
});
export type OutputHit = z.infer<typeof hitSchema>;

export const searchOutputText = route({
  method: 'GET',
  path: '/api/v1/outputs/text/search',
  summary: 'Where words are in the whole text that a cell wrote, in any case, the first ones. Ends when nobody waits.',
  action: 'notebook.read',
  params: none,
  query: z.object({
    ...place,
    words: z.string().min(1).max(200),
    limit: z.coerce.number().int().min(1).max(1_000).default(200),
  }),
  body: none,
  reply: z.object({
    hits: z.array(hitSchema),
    /** False when there are more. */
    complete: z.boolean(),
  }),
});

export const downloadOutputText = route({
  method: 'GET',
  path: '/api/v1/outputs/text/download',
  summary: 'The whole text that a cell wrote, as a file. Takes a range of bytes.',
  action: 'notebook.read',
  params: none,
  query: z.object(place),
  body: none,
  reply: z.unknown(),
  bytes: true,
});
