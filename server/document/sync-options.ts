import type * as Y from 'yjs';
import type { Fault } from '#lib/core/fault.ts';
import type { EpochId } from '#lib/core/ids.ts';
import type { Workspace } from '#server/storage/workspace.ts';
import type { BaseState } from './base-state.ts';
import type { FileMark } from './known-file.ts';
import type { Notices } from './notices.ts';
import type { ParsedFile } from './parse-file.ts';
import type { ResultsPort } from './results-port.ts';
import type { SaveTimes } from './save-schedule.ts';
import type { UpdateLog } from './update-log.ts';

/** What a file sync is given by its room. */
export type SyncTimes = SaveTimes & {
  /** Between two looks at a quiet file. */
  readonly pollMs: number;
  /** How long a file must be gone, or broken, before it is said: other programs replace files in steps. */
  readonly settleMs: number;
};

export const syncTimes: SyncTimes = { quietMs: 2000, latestMs: 10_000, retryMs: 5000, pollMs: 2000, settleMs: 300 };

export type SyncOptions = {
  readonly doc: Y.Doc;
  readonly epoch: EpochId;
  readonly log: UpdateLog;
  readonly results: ResultsPort;
  readonly workspace: Workspace;
  /** State folder of the notebook. */
  readonly folder: string;
  readonly parsed: ParsedFile;
  /** Of the bytes that it was read from. */
  readonly parsedHash: string;
  /** Whether the results were taken from `parsed`. */
  readonly loaded: boolean;
  readonly base: BaseState;
  /** Of the file when it had the bytes that `base` stands for; null when it may have others. */
  readonly mark: FileMark | null;
  /** ms since 1970: of the file; null without one. */
  readonly savedAt: number | null;
  readonly notices: Notices;
  readonly times: SyncTimes;
  readonly now: () => number;
  /** Asked before a trashed notebook is written anew: takes its path back, if nobody else has it. */
  readonly reclaim: (path: string) => Promise<Fault | null>;
  readonly onState: () => void;
  /** A bug, not expected trouble: goes to the server's log. */
  readonly onError: (error: unknown) => void;
};
