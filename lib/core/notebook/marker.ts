import { z } from 'zod';
import { jsonObjectSchema, type JsonObject, type JsonValue } from '#lib/core/json.ts';
import type { DisplayOutput, Output } from './output.ts';

/**
 * What Farfield itself says among a cell's outputs: that something is missing there, was cut or was refused. A marker is
 * an ordinary `display_data` (nbformat 4) whose `text/plain` any reader shows; `metadata.farfield.marker` holds it in
 * full, so that it survives the file and is drawn as a marker by us.
 */
export const markerSchema = z.discriminatedUnion('kind', [
  /** Messages of the kernel that never arrived. `messages`: how many, where numbering tells; null: unknown. */
  z.object({
    kind: z.literal('gap'),
    messages: z.number().int().positive().nullable(),
    /** `connection`: lost between gateway and server. `server`: while this server was down. `kernel`: with the kernel. `gateway`: on an unbroken line. */
    cause: z.enum(['connection', 'server', 'kernel', 'gateway']),
  }),
  /** The gateway's own output limiter dropped output. `setting` names what lifts it, `limit` what it said. */
  z.object({
    kind: z.literal('limited'),
    setting: z.string(),
    limit: z.string().nullable(),
    messages: z.number().nullable(),
  }),
  /** One message was larger than can be taken. */
  z.object({ kind: z.literal('refused'), bytes: z.number().nullable(), mostBytes: z.number() }),
  /** Outputs left out of the file because the cell is above its limit; the whole is kept beside it. Sizes in bytes. */
  z.object({
    kind: z.literal('truncated'),
    keptBytes: z.number(),
    allBytes: z.number(),
    /** The blob that holds what is missing; null while the cell runs. */
    whole: z.string().nullable(),
    /** Whether the outputs before and after it are the beginning and the end of one that is cut. */
    around: z.boolean(),
  }),
  /**
   * A value that lies beside the journal: it is not there any more, is damaged, cannot be read for the moment, or is more
   * than a page takes at once.
   */
  z.object({
    kind: z.literal('value'),
    mime: z.string(),
    bytes: z.number(),
    why: z.enum(['gone', 'damaged', 'unreadable', 'large']),
  }),
  /** What is said of an output beside its values was more than is kept. */
  z.object({ kind: z.literal('metadata'), bytes: z.number(), mostBytes: z.number() }),
]);

export type Marker = z.infer<typeof markerSchema>;
export type ValueMarker = Extract<Marker, { kind: 'value' }>;

/** The marker as an output of the cell. */
export function markerOutput(marker: Marker): DisplayOutput {
  const { title, next } = sayMarker(marker);
  return {
    output_type: 'display_data',
    data: { 'text/plain': `[Farfield] ${title}${next === null ? '' : ` ${next}`}` },
    metadata: { farfield: { marker: plainOf(marker) } },
  };
}

/** The marker that an output is; null for all others, and for those of a form that this version does not know. */
export function readMarker(output: Output): Marker | null {
  if (output.output_type !== 'display_data') return null;
  const ours = jsonObjectSchema.safeParse(output.metadata['farfield']);
  const marker = ours.success ? markerSchema.safeParse(ours.data['marker']) : null;
  return marker?.success === true ? marker.data : null;
}

/**
 * An output that is shown without some of its forms, and what is to be said of those before it: in one place among the
 * outputs of its cell, so that those behind it keep theirs.
 */
export function withLost(output: DisplayOutput, lost: readonly Marker[]): DisplayOutput {
  if (lost.length === 0) return output;
  const before = jsonObjectSchema.safeParse(output.metadata['farfield']);
  const farfield = { ...before.data, lost: lost.map(plainOf) };
  return { ...output, metadata: { ...output.metadata, farfield } };
}

/** What is to be said before an output of the forms that it is shown without. */
export function readLost(output: Output): readonly Marker[] {
  if (output.output_type !== 'display_data' && output.output_type !== 'execute_result') return [];
  const ours = jsonObjectSchema.safeParse(output.metadata['farfield']);
  const lost: unknown = ours.data?.['lost'];
  if (!Array.isArray(lost)) return [];
  return lost.flatMap((one) => markerSchema.safeParse(one).data ?? []);
}

function plainOf(marker: Marker): JsonObject {
  const { ...plain }: { [key: string]: JsonValue } = marker;
  return plain;
}

/** The words for people: what happened, and what can be done about it. */
export function sayMarker(marker: Marker): { readonly title: string; readonly next: string | null } {
  switch (marker.kind) {
    case 'gap':
      return { title: `${count(marker.messages)} missing here: ${causes[marker.cause]}.`, next: null };
    case 'limited':
      return {
        title: `Cut at the gateway${marker.limit === null ? '' : ` (${marker.limit})`}: ${count(marker.messages)} dropped.`,
        next: `Start the gateway with ${marker.setting} to lift the limit.`,
      };
    case 'refused':
      return {
        title: `A message${marker.bytes === null ? '' : ` of ${megabytes(marker.bytes)}`} was refused: at most ${megabytes(marker.mostBytes)} can be taken at once.`,
        next: 'Write large results to a file, or print them in parts.',
      };
    case 'truncated':
      return {
        title: `The file has ${megabytes(marker.keptBytes)} of ${megabytes(marker.allBytes)} of this cell's outputs.`,
        next: 'The whole is kept by the Farfield server where the cell was run.',
      };
    case 'metadata':
      return {
        title: `The metadata of this output (${megabytes(marker.bytes)}) was left out: at most ${megabytes(marker.mostBytes)} is kept.`,
        next: null,
      };
    case 'value': {
      const what = `An output of this cell (${marker.mime}, ${megabytes(marker.bytes)})`;
      if (marker.why === 'gone') return { title: `${what} is no longer on the server.`, next: 'Run the cell again.' };
      if (marker.why === 'damaged')
        return { title: `${what} is damaged on the server’s disk.`, next: 'Run the cell again.' };
      if (marker.why === 'unreadable')
        return {
          title: `${what} cannot be read now: the server’s disk failed.`,
          next: 'Reload the page to try again.',
        };
      return {
        title: `${what} is not shown: the cell has more than a page takes at once.`,
        next: 'Show it in a cell of its own, or write it to a file.',
      };
    }
  }
}

const causes = {
  connection: 'the connection to the gateway was lost meanwhile',
  server: 'this server was not running',
  kernel: 'the kernel ended before they arrived',
  gateway: 'the gateway did not pass them on',
} as const;

function count(messages: number | null): string {
  if (messages === null) return 'Output may be';
  return messages === 1 ? '1 message of the kernel is' : `${messages.toLocaleString('en')} messages of the kernel are`;
}

function megabytes(bytes: number): string {
  return bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} kB` : `${Math.round(bytes / 1024 / 1024)} MB`;
}
