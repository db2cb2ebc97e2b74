import type { Fault } from '#lib/core/fault.ts';
import type { NotebookId } from '#lib/core/ids.ts';
import type { NotebookFile } from '#lib/core/notebook/layout.ts';
import type { Workspace } from '#server/storage/workspace.ts';
import type { ResultsPort, SourcePort } from './results-port.ts';
import type { SyncTimes } from './sync-options.ts';

/** A room as the host of its results knows it. */
export type RoomSource = SourcePort & { readonly notebookId: NotebookId };

/** What a room is given to open one notebook. */
export type RoomOptions = {
  readonly notebookId: NotebookId;
  /** Canonical path in the workspace. */
  readonly path: string;
  /** `<state>/notebooks/<notebookId>`; made when missing. */
  readonly folder: string;
  readonly workspace: Workspace;
  readonly createResults: (room: RoomSource, folder: string) => Promise<ResultsPort>;
  /** Asked before a trashed notebook is written anew under its old path. */
  readonly reclaim: (path: string) => Promise<Fault | null>;
  readonly onError: (error: unknown) => void;
  /** Told of the file as soon as it is read, before the document is made of it. */
  readonly onRead: (file: NotebookFile) => void;
  readonly times?: SyncTimes;
  readonly now?: () => number;
};
