import type { NotebookId } from '#lib/core/ids.ts';
import type { LedgerWriter } from '#server/ledger/run-recorder.ts';
import type { SourcePort } from '#server/document/results-port.ts';
import type { BlobStore } from '#server/storage/blob-store.ts';
import type { ClusterDirectory } from './cluster-directory.ts';
import type { GatewayDirectory } from './find-binding.ts';
import type { SessionEffects } from './session-effects.ts';

export type SessionHostOptions = {
  readonly notebookId: NotebookId;
  /** The notebook's state folder; the journal lies in it. */
  readonly folder: string;
  /** Where long outputs go. */
  readonly blobs: BlobStore;
  readonly source: SourcePort;
  readonly gateways: GatewayDirectory;
  readonly clusters?: ClusterDirectory;
  /** Whether Python kernels get an agent; without it none does. */
  readonly agentEnabled?: () => boolean;
  /** Told of every run. */
  readonly ledger: LedgerWriter;
  /** Bytes of a cell's outputs in the file. */
  readonly outputLimit?: number;
  readonly effects?: SessionEffects;
};
