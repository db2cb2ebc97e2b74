'use client';
import { useCallback, useDeferredValue, useMemo, type ReactNode, type Ref } from 'react';
import { useCellIds, useDocument, useNotebookMetadata } from '#lib/client/document/use-document.ts';
import { useLaunch, useSessions, useWaitingRun } from '#lib/client/results/use-results.ts';
import { readNotebookCluster, writeNotebookCluster } from '#lib/core/notebook/notebook-cluster.ts';
import type { BoundCluster } from '#lib/core/session/event.ts';
import { LaunchStatus } from './launch-status.tsx';
import { runNotebookAction, type NotebookActionId } from './notebook-actions.ts';
import { useNotebook } from './notebook-context.ts';
import { NotebookHeader } from './notebook-header.tsx';
import { notebookMenu } from './notebook-menus.ts';
import type { NotebookPlace } from './notebook-place.ts';
import styles from './notebook-view.module.css';
import { openCellMenu } from './open-cell-menu.ts';
import { useNow } from './use-now.ts';
import { usePeers } from './use-peers.ts';
import { describeSave } from './words.ts';

export type NotebookFrameProps = {
  readonly headerSlot: NotebookPlace['headerSlot'] | undefined;
  /** The element that scrolls. */
  readonly screen: Ref<HTMLElement>;
  /** Stays in sight below the header. */
  readonly bar: ReactNode;
  readonly children: ReactNode;
};

/**
 * The element of a notebook with its header: all that every step of a run changes, so that the rest of the page does not
 * render with it. The header follows at lower priority than the cells, and shows no kernel that was busy for a moment.
 */
export function NotebookFrame({ screen, headerSlot, bar, children }: NotebookFrameProps) {
  const parts = useNotebook();
  const { document, results, commands } = parts;
  const { path, docState, saveState, fault, since, reason } = useDocument(document);
  const ids = useCellIds(document);
  const session = useSessions(results).values().next().value ?? null;
  const calm = useDeferredValue(session);
  // What a start waits for is said beside the chip.
  const launching = useLaunch(results) !== null;
  const waits = useWaitingRun(results) !== null;
  const peers = usePeers(document);
  const metadata = useNotebookMetadata(document);
  const kept = useMemo(() => readNotebookCluster(metadata), [metadata]);
  const onKeep = useCallback(
    (cluster: BoundCluster | null) => (document.canEdit() ? writeNotebookCluster(document.doc, cluster) : undefined),
    [document],
  );
  const now = useNow();
  const menu = useMemo(() => notebookMenu(commands), [commands]);
  const act = useCallback((id: NotebookActionId) => runNotebookAction(commands, id), [commands]);
  const isOpen = docState !== 'loading' && docState !== 'text';
  const save = (): string => {
    if (docState === 'text') return 'shown as text, not changed';
    if (docState === 'loading') return fault === null ? 'opening…' : 'not opened';
    return describeSave({ status: saveState, since, reason }, docState === 'offline', now);
  };
  return (
    <main
      ref={screen}
      className={styles.view}
      aria-label={`Notebook ${path}`}
      data-notebook
      data-notebook-scroller
      data-doc-state={docState}
      data-save-state={saveState}
      data-kernel-state={session?.status ?? 'none'}
      data-cell-count={ids.length}
      data-open-runs={(session === null || session.running === null ? 0 : 1) + (session?.queue.length ?? 0)}
      onContextMenu={(event) => openCellMenu(event, parts)}
      onMouseDown={(event) => {
        if ((event.target as Element).closest('[data-cell-id]') === null) commands.selecting.rest();
      }}
    >
      <div className={styles.top}>
        <NotebookHeader
          path={path}
          save={save()}
          saveTrouble={saveState === 'error' || docState === 'offline'}
          peers={peers}
          kernel={calm === null || (calm.status === 'starting' && launching) ? 'none' : calm.status}
          running={calm === null || calm.running === null ? 0 : 1}
          queued={calm?.queue.length ?? 0}
          held={calm !== null && calm.held !== null}
          waiting={waits}
          disabled={!isOpen}
          onAction={act}
          menu={menu}
          slot={
            headerSlot === undefined ? undefined : (
              <>
                <LaunchStatus />
                {headerSlot({ path, session: calm, saveState: isOpen ? saveState : null, kept, onKeep })}
              </>
            )
          }
        />
        {bar}
      </div>
      {children}
    </main>
  );
}
