import { z } from 'zod';
import { isFault, type Fault } from '#lib/core/fault.ts';
import type { WorkspaceId } from '#lib/core/ids.ts';
import { outputSchema, type Output } from '#lib/core/notebook/output.ts';
import { hasStoredValues } from '#lib/core/session/stored-values.ts';
import { weighOutput } from '#lib/core/session/withhold.ts';
import type { RunRow } from '#server/db/schema.ts';
import type { BlobHash, BlobStore } from '#server/storage/blob-store.ts';
import type { LedgerEntry } from './ledger-entry.ts';

/** Bytes of text that lie in the row itself: a blob is a file of its own, with two syncs. */
const inRow = 16 * 1024;
/** Characters of the outputs of one run that are kept; whole outputs at the end are left out above it. */
const mostOutputs = 32 * 1024 * 1024;
const firstLineLength = 200;

type Stored = { readonly text: string | null; readonly blob: BlobHash | null; readonly bytes: number };

/** The row of an entry; what is too large for it goes to the blob store first. A fault when the disk refuses. */
export async function rowOf(
  entry: LedgerEntry,
  workspaceId: WorkspaceId,
  blobs: Pick<BlobStore, 'put'>,
): Promise<RunRow | Fault> {
  const kept = boundOutputs(entry.outputs);
  const source = await store(entry.source, blobs);
  if (isFault(source)) return source;
  const outputs = await store(kept.length === 0 ? null : JSON.stringify(kept), blobs);
  if (isFault(outputs)) return outputs;
  const { session } = entry;
  const parts = partsOf(kept);
  return {
    id: entry.id,
    workspace_id: workspaceId,
    notebook_id: entry.notebookId,
    path: entry.path,
    cell_id: entry.cellId,
    author: entry.by,
    gateway_id: session?.gatewayId ?? null,
    gateway_label: session?.gatewayLabel ?? null,
    kernel_id: session?.kernelId ?? null,
    kernel_name: session?.kernelName ?? null,
    kernel_label: session?.displayName ?? null,
    language: session?.language ?? null,
    queued_at: entry.queuedAt,
    started_at: entry.startedAt,
    finished_at: entry.finishedAt,
    outcome: entry.outcome,
    reason: entry.reason,
    execution_count: entry.executionCount,
    first_line: firstLine(entry.source ?? ''),
    source: source.text,
    source_blob: source.blob,
    outputs: outputs.text,
    outputs_blob: outputs.blob,
    outputs_left: entry.outputs.length - kept.length,
    output_blobs: JSON.stringify([...new Set(parts.map(({ hash }) => hash))]),
    bytes: parts.reduce((sum, part) => sum + part.bytes, source.bytes + outputs.bytes),
  };
}

/** Source and outputs of a row, from wherever they lie. */
export async function contentOf(
  row: Pick<RunRow, 'source' | 'source_blob' | 'outputs' | 'outputs_blob'>,
  blobs: Pick<BlobStore, 'read'>,
): Promise<{ readonly source: string | null; readonly outputs: readonly Output[] } | Fault> {
  const source = await load(row.source, row.source_blob, blobs);
  if (isFault(source)) return source;
  const outputs = await load(row.outputs, row.outputs_blob, blobs);
  if (isFault(outputs)) return outputs;
  return { source, outputs: outputs === null ? [] : z.array(outputSchema).parse(JSON.parse(outputs)) };
}

/** Hashes of all blobs that a row needs. */
export function blobsOfRow(row: Pick<RunRow, 'source_blob' | 'outputs_blob' | 'output_blobs'>): readonly BlobHash[] {
  const named = z.array(z.string()).safeParse(JSON.parse(row.output_blobs));
  return [row.source_blob, row.outputs_blob, ...(named.success ? named.data : [])].filter((hash) => hash !== null);
}

function boundOutputs(outputs: readonly Output[]): readonly Output[] {
  let characters = 0;
  const end = outputs.findIndex((output) => (characters += weighOutput(output)) > mostOutputs);
  return end === -1 ? outputs : outputs.slice(0, end);
}

type Part = { readonly hash: BlobHash; readonly bytes: number };

/** What is large lies in the blob store already, the middle of long texts and values; the row only names its parts. */
function partsOf(outputs: readonly Output[]): readonly Part[] {
  return outputs.flatMap((output): readonly Part[] => {
    if (output.output_type === 'stream') return output.stored?.chunks ?? [];
    return hasStoredValues(output) ? Object.values(output.stored) : [];
  });
}

async function store(text: string | null, blobs: Pick<BlobStore, 'put'>): Promise<Stored | Fault> {
  if (text === null) return { text: null, blob: null, bytes: 0 };
  const bytes = Buffer.byteLength(text);
  if (bytes <= inRow) return { text, blob: null, bytes };
  const hash = await blobs.put(Buffer.from(text));
  return isFault(hash) ? hash : { text: null, blob: hash, bytes };
}

async function load(
  text: string | null,
  blob: BlobHash | null,
  blobs: Pick<BlobStore, 'read'>,
): Promise<string | null | Fault> {
  if (blob === null) return text;
  const bytes = await blobs.read(blob);
  return isFault(bytes) ? bytes : bytes.toString();
}

function firstLine(source: string): string {
  const line = /\S.*/.exec(source)?.[0] ?? '';
  return line.slice(0, firstLineLength);
}
