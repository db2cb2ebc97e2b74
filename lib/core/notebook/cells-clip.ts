import { z } from 'zod';
import { cellId } from '#lib/core/ids.ts';
import { jsonObjectSchema } from '#lib/core/json.ts';
import { escapeHtml } from '#lib/core/render/escape-html.ts';
import type { CellContent } from './model.ts';

/**
 * Cells on a clipboard, in three forms: text for every program, HTML for those that keep the look of code, and our own
 * JSON, which travels in the HTML as well because not every clipboard keeps a form of its own.
 */

/** The form that only this product reads. */
export const clipFormat = 'web application/x-farfield-cells+json';

/** More than this is not taken from a clipboard, in UTF-16 units. */
export const largestClip = 20_000_000;
/** The HTML carries the cells up to this size, in UTF-16 units of JSON. */
const largestInHtml = 5_000_000;

export type Clip = {
  /** Says which copy this is: a page that still has the cells themselves need not read them. */
  readonly token: string;
  readonly cells: readonly CellContent[];
};

export type ClipForms = { readonly text: string; readonly html: string; readonly json: string };

const clipSchema = z.object({
  farfield: z.literal(1),
  token: z.string().max(100),
  cells: z
    .array(
      z.object({
        id: z.string().max(64).transform(cellId),
        type: z.enum(['code', 'markdown', 'raw']),
        source: z.string(),
        metadata: jsonObjectSchema,
        attachments: jsonObjectSchema.optional(),
      }),
    )
    .min(1),
});

export function writeClip({ token, cells }: Clip): ClipForms {
  const listed = cells.map((cell) => ({ ...cell, type: cell.type === 'unknown' ? ('raw' as const) : cell.type }));
  const json = JSON.stringify({ farfield: 1, token, cells: listed });
  const carried = json.length > largestInHtml ? '' : ` data-farfield-cells="${escapeHtml(json)}"`;
  const blocks = cells.map(({ source }) => `<pre>${escapeHtml(source)}</pre>`).join('');
  return { text: cells.map(({ source }) => source).join('\n\n'), html: `<div${carried}>${blocks}</div>`, json };
}

/** Our own form where HTML of ours carries it, else ''. The HTML is never parsed as a page: nothing of it can act. */
export function clipInHtml(html: string): string {
  const written = /\bdata-farfield-cells="([^"]*)"/.exec(html)?.[1] ?? '';
  return written.replaceAll(/&(?:lt|gt|quot|apos|#39|amp);/g, (entity) => characters[entity] ?? entity);
}

const characters: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
  '&#39;': "'",
  '&amp;': '&',
};

/** Reads our own form; null when it is none, or one that somebody else made up badly. */
export function readClip(json: string): Clip | null {
  if (json.length > largestClip) return null;
  try {
    const read = clipSchema.safeParse(JSON.parse(json));
    return read.success ? { token: read.data.token, cells: read.data.cells } : null;
  } catch {
    return null;
  }
}
