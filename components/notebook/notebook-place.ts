import type { ReactNode } from 'react';
import type { DocumentSnapshot } from '#lib/client/document/document-snapshot.ts';
import type { BoundCluster } from '#lib/core/session/event.ts';
import type { SessionState } from '#lib/core/session/state.ts';

/** What the page around a notebook gives to it. */
export type NotebookPlace = {
  /** Name that others see beside this person's caret. */
  readonly person?: string;
  /** What the header says about compute: given the notebook's session, or null without a kernel. */
  readonly headerSlot?: (place: {
    readonly path: string;
    readonly session: SessionState | null;
    readonly saveState: DocumentSnapshot['saveState'] | null;
    /** The cluster that it last worked with, as the notebook says. Nothing is attached by that. */
    readonly kept: BoundCluster | null;
    readonly onKeep: (cluster: BoundCluster | null) => void;
  }) => ReactNode;
  /** Somebody has to choose where the notebook runs. */
  readonly onNeedKernel?: (path: string) => void;
  /** A cell of the notebook began or ceased to wait for a person. */
  readonly onWaiting?: (path: string, waits: boolean) => void;
  /** The notebook goes on under another path. */
  readonly onMoved?: (path: string) => void;
  /** The person wants this notebook closed. */
  readonly onClose?: () => void;
};
