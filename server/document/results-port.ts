import type { CellId } from '#lib/core/ids.ts';
import type { JsonObject } from '#lib/core/json.ts';
import type { CellResults } from '#lib/core/notebook/model.ts';
import type { Output } from '#lib/core/notebook/output.ts';
import type { LoadedCell } from '#lib/core/session/event.ts';

/**
 * What a document room needs of the writer of results (the session host). The room joins sources and results into the
 * file; it never writes a result.
 */
export interface ResultsPort {
  /** True when a journal of an earlier process was recovered: its results are newer than the file's. */
  readonly recovered: boolean;
  /** Replaces the results of the listed cells by what the file says (`CellsLoaded`). */
  load(cells: readonly LoadedCell[]): void;
  /** Present results; the same `outputs` array is returned as long as nothing changed. Undefined for unknown cells. */
  results(cellId: CellId): CellResults | undefined;
  /** What the file has of these outputs: all, or less where they are above the limit of a cell. */
  fileOutputs(cellId: CellId, results: CellResults): readonly Output[];
  /** Called after results changed in a way the file does not have yet. Returns the unsubscribe function. */
  onChanged(listener: () => void): () => void;
  /** Whether a session is bound or a run is waiting or running: such a notebook stays in memory without readers. */
  busy(): boolean;
  /** Told after each save that wrote all present results: without a session the journal is then no longer needed. */
  saved(): void;
  /** Why results are not safely on disk, in the reader's words; null when they are. */
  trouble(): string | null;
  /** Flushes and closes the journal, lets go of the kernel links without shutting kernels down. */
  stop(): Promise<void>;
}

/** What the session host needs of a document room: sources by cell id, never by code string. */
export interface SourcePort {
  /** Resolves once the document has all of this state vector; false after `timeoutMs`. */
  whenHas(stateVector: Uint8Array, timeoutMs: number): Promise<boolean>;
  /** Present source of a cell, undefined when it does not exist. */
  source(cellId: CellId): string | undefined;
  cellType(cellId: CellId): string | undefined;
  /** Ids of all cells in document order. */
  cellIds(): readonly CellId[];
  notebookMetadata(): JsonObject;
  /** Path in the workspace at this moment. */
  readonly path: string;
}
