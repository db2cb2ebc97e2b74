import type { Fault } from '#lib/core/fault.ts';
import type { EpochId, NotebookId } from '#lib/core/ids.ts';
import { jsonEqual } from '#lib/core/notebook/json-ranges.ts';
import type { CellConflict } from '#lib/core/notebook/model.ts';
import type { UpReply } from '#lib/client/connection-port.ts';
import type { DocumentState } from '#lib/protocol/document-state.ts';

/** What `document.open` answers for a file that is no readable notebook. */
export type OpenedText = Extract<UpReply<'document.open'>, { kind: 'text' }>;

/** Everything about a notebook but its cells: one immutable value per change, for `useSyncExternalStore`. */
export type DocumentSnapshot = {
  readonly docState: 'loading' | 'ready' | 'readonly' | 'offline' | 'text';
  /** True for what is on this screen: `saved` is never said while an edit of this page is not in the file. */
  readonly saveState: 'saved' | 'saving' | 'unsaved' | 'error';
  /** ms since 1970: of the last save (`saved`), else since when something is not in the file. */
  readonly since: number | null;
  /** Why it is not saved, or why it cannot be edited. */
  readonly reason: string | null;
  readonly path: string;
  readonly notebookId: NotebookId | null;
  /** Changes when the Y.Doc was replaced: editors have to bind again. */
  readonly epoch: EpochId | null;
  readonly file: DocumentState['file'];
  readonly notices: DocumentState['notices'];
  readonly conflicts: readonly CellConflict[];
  readonly text: OpenedText | null;
  /** Why it could not be opened. */
  readonly fault: Fault | null;
};

export type SnapshotParts = {
  readonly path: string;
  readonly notebookId: NotebookId | null;
  readonly epoch: EpochId | null;
  readonly server: DocumentState | null;
  readonly text: OpenedText | null;
  readonly fault: Fault | null;
  readonly connected: boolean;
  /** Since when this page has edits that the server has not made durable; null when it has none. */
  readonly unsentSince: number | null;
  /** Why the last attempt to hand them over failed. */
  readonly refusal: string | null;
  readonly notices: DocumentState['notices'];
};

const offlineReason = 'The server does not answer. Edits are kept in this tab and sent when it is back.';

export function toSnapshot(parts: SnapshotParts): DocumentSnapshot {
  const { server, text, connected } = parts;
  const docState =
    text !== null
      ? 'text'
      : server === null
        ? 'loading'
        : !connected
          ? 'offline'
          : server.readonly !== null
            ? 'readonly'
            : 'ready';
  return {
    docState,
    ...saveOf(parts),
    path: server?.path ?? text?.path ?? parts.path,
    notebookId: parts.notebookId,
    epoch: parts.epoch,
    file: server?.file ?? 'present',
    notices: [...(server?.notices ?? []), ...parts.notices].slice(-20),
    conflicts: server?.conflicts ?? [],
    text,
    fault: parts.fault,
  };
}

/** Whether two snapshots say the same. Asked at every keystroke: what did not change is not looked into. */
export function isSameSnapshot(a: DocumentSnapshot, b: DocumentSnapshot): boolean {
  return (Object.keys(b) as (keyof DocumentSnapshot)[]).every((key) =>
    key === 'notices'
      ? isSameList(a.notices, b.notices)
      : a[key] === b[key] || (key !== 'text' && jsonEqual(a[key], b[key])),
  );
}

function isSameList<Item>(a: readonly Item[], b: readonly Item[]): boolean {
  return a === b || (a.length === b.length && a.every((item, index) => item === b[index] || jsonEqual(item, b[index])));
}

function saveOf(parts: SnapshotParts): Pick<DocumentSnapshot, 'saveState' | 'since' | 'reason'> {
  const { server, connected, unsentSince } = parts;
  if (unsentSince !== null) {
    const failing = connected ? parts.refusal : offlineReason;
    return { saveState: connected && failing !== null ? 'error' : 'unsaved', since: unsentSince, reason: failing };
  }
  if (server === null) return { saveState: 'saved', since: null, reason: null };
  const reason = server.save.reason ?? server.readonly ?? (connected ? null : offlineReason);
  return { saveState: server.save.status, since: server.save.since, reason };
}
