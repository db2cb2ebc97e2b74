import type { CellId } from '#lib/core/ids.ts';
import type { JsonObject } from '#lib/core/json.ts';
import type { Output } from '#lib/core/notebook/output.ts';

/** `unknown` is a cell type of a future format: shown inert, never edited, its bytes kept. */
export type CellType = 'code' | 'markdown' | 'raw' | 'unknown';

/** What people write in a cell: the part of a cell that lives in the shared document. */
export type CellContent = {
  readonly id: CellId;
  readonly type: CellType;
  /** Joined source, line ends normalised to `\n`. */
  readonly source: string;
  readonly metadata: JsonObject;
  readonly attachments?: JsonObject | undefined;
};

/** What kernels write in a cell: the part of a cell that lives in the journal. */
export type CellResults = {
  readonly outputs: readonly Output[];
  readonly executionCount: number | null;
};

export type NotebookCell = CellContent & CellResults;

/** Everything people write in a notebook, in order. */
export type NotebookContent = {
  readonly metadata: JsonObject;
  readonly cells: readonly CellContent[];
};

/** A whole notebook: what the file is the join of. */
export type Notebook = {
  readonly metadata: JsonObject;
  readonly cells: readonly NotebookCell[];
};

/** One change to a document, keyed by cell id; produced by the merge, applied to the Y.Doc. */
export type NotebookEdit =
  | { readonly type: 'InsertCell'; readonly cell: CellContent; readonly after: CellId | null }
  | { readonly type: 'DeleteCell'; readonly cellId: CellId }
  | { readonly type: 'MoveCell'; readonly cellId: CellId; readonly after: CellId | null }
  | { readonly type: 'SetSource'; readonly cellId: CellId; readonly source: string }
  | { readonly type: 'SetCellType'; readonly cellId: CellId; readonly cellType: CellType }
  | { readonly type: 'SetCellMetadata'; readonly cellId: CellId; readonly metadata: JsonObject }
  | { readonly type: 'SetAttachments'; readonly cellId: CellId; readonly attachments: JsonObject | undefined }
  | { readonly type: 'SetNotebookMetadata'; readonly metadata: JsonObject };

/** The same cell was changed on both sides. The document keeps `ours`; a person decides. `null` = deleted on that side. */
export type CellConflict = {
  readonly cellId: CellId;
  readonly ours: string | null;
  readonly theirs: string | null;
};
