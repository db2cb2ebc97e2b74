'use client';
import { useEffect, useMemo, useState, type ReactNode, type Ref } from 'react';
import { Button } from '#components/ui/button.tsx';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { SlotFill } from '#components/ui/slot.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { useRegisterActions } from '#lib/client/actions/use-actions.ts';
import type { DocumentSnapshot } from '#lib/client/document/document-snapshot.ts';
import { useCellIds, useDocument, useNotebookMetadata } from '#lib/client/document/use-document.ts';
import { useKernelStatus, useSessions } from '#lib/client/results/use-results.ts';
import type { SessionState } from '#lib/core/session/state.ts';
import { BrokenNotebook } from './broken-notebook.tsx';
import { deviceName } from './device-name.ts';
import { CaretWords } from './caret-words.tsx';
import { CellList } from './cell-list.tsx';
import { CellMenuPopup } from './cell-menu-popup.tsx';
import { ConflictView } from './conflict-view.tsx';
import { DropLine } from './drag-handle.tsx';
import { CaretHelp } from './kernel-help/caret-help.tsx';
import { Pager } from './kernel-help/pager.tsx';
import type { EarlyPlace } from './early-place.ts';
import { FindBar } from './find/find-bar.tsx';
import { notebookLanguage } from './cell-language.ts';
import { notebookActions, runNotebookAction } from './notebook-actions.ts';
import { notebookMenu } from './notebook-menus.ts';
import { openCellMenu } from './open-cell-menu.ts';
import { SelectionWords } from './selection-words.tsx';
import { useClipboardEvents } from './use-clipboard-events.ts';
import { NotebookBanners } from './notebook-banners.tsx';
import { NotebookContext } from './notebook-context.ts';
import { LanguageWords } from './language-words.tsx';
import { NotebookHeader } from './notebook-header.tsx';
import styles from './notebook-view.module.css';
import type { OpenedNotebook } from './open-notebook.ts';
import { OutlineView } from './outline/outline-view.tsx';
import { RunAnnouncer } from './run-announcer.tsx';
import { RunNotices } from './run-notices.tsx';
import { useNotebookParts } from './use-notebook-parts.ts';
import { useEarlyEdits } from './use-early-edits.ts';
import { usePeers } from './use-peers.ts';
import { useNow } from './use-now.ts';
import { useViewPlace } from './use-view-place.ts';
import { describeSave } from './words.ts';

/** What the page around a notebook gives to it. */
export type NotebookPlace = {
  /** Name that others see beside this person's caret. */
  readonly person?: string;
  /** What the header says about compute: given the notebook's session, or null without a kernel. */
  readonly headerSlot?: (place: {
    readonly path: string;
    readonly session: SessionState | null;
    readonly saveState: DocumentSnapshot['saveState'] | null;
  }) => ReactNode;
  /** Somebody has to choose where the notebook runs. */
  readonly onNeedKernel?: (path: string) => void;
  /** The notebook goes on under another path. */
  readonly onMoved?: (path: string) => void;
  /** The person wants this notebook closed. */
  readonly onClose?: () => void;
};

export type NotebookPageProps = NotebookPlace & {
  readonly notebook: OpenedNotebook;
  /** The element that scrolls. */
  readonly screen: Ref<HTMLElement>;
  /** Where the reader was before the live cells came. */
  readonly early: EarlyPlace;
};

/** One opened notebook: header, banners, cells, and the actions that work on it. */
export function NotebookPage({
  notebook,
  screen,
  early,
  person,
  headerSlot,
  onNeedKernel,
  onMoved,
  onClose,
}: NotebookPageProps) {
  const { document, results } = notebook;
  const snapshot = useDocument(document);
  const ids = useCellIds(document);
  const metadata = useNotebookMetadata(document);
  const language = useMemo(() => notebookLanguage(metadata), [metadata]);
  const session = useSessions(results).values().next().value ?? null;
  const kernel = useKernelStatus(results);
  const peers = usePeers(document);
  const now = useNow();
  const [dismissed, setDismissed] = useState<ReadonlySet<string>>(new Set());
  const [restart, setRestart] = useState<{ readonly alsoRun: boolean; readonly answer: (yes: boolean) => void } | null>(
    null,
  );
  const parts = useNotebookParts(notebook, early, {
    path: snapshot.path,
    person: person ?? deviceName(navigator.userAgent),
    onNeedKernel,
    askRestart: (alsoRun) => new Promise<boolean>((answer) => setRestart({ alsoRun, answer })),
  });
  useEffect(() => {
    if (snapshot.path !== notebook.path) onMoved?.(snapshot.path);
  }, [snapshot.path, notebook.path, onMoved]);
  const actions = useMemo(() => notebookActions(parts.commands), [parts]);
  useRegisterActions(actions);
  const menu = useMemo(() => notebookMenu(parts.commands), [parts]);
  useClipboardEvents(parts.commands, snapshot.path);
  useEarlyEdits(parts);
  const { docState, saveState } = snapshot;
  const opened = docState !== 'loading' && docState !== 'text';
  useViewPlace(parts, early, snapshot.path, opened);
  const decide = (yes: boolean) => {
    restart?.answer(yes);
    setRestart(null);
  };
  const readOnly = !document.canEdit();

  return (
    <NotebookContext value={parts}>
      <main
        ref={screen}
        className={styles.view}
        aria-label={`Notebook ${snapshot.path}`}
        data-notebook
        data-notebook-scroller
        data-doc-state={docState}
        data-save-state={saveState}
        data-kernel-state={kernel}
        data-cell-count={ids.length}
        data-open-runs={(session === null || session.running === null ? 0 : 1) + (session?.queue.length ?? 0)}
        onContextMenu={(event) => openCellMenu(event, parts)}
        onMouseDown={(event) => {
          if ((event.target as Element).closest('[data-cell-id]') === null) parts.commands.selecting.rest();
        }}
      >
        <NotebookHeader
          path={snapshot.path}
          save={
            docState === 'loading'
              ? snapshot.fault === null
                ? 'opening…'
                : 'not opened'
              : docState === 'text'
                ? 'shown as text, not changed'
                : describeSave(
                    { status: saveState, since: snapshot.since, reason: snapshot.reason },
                    docState === 'offline',
                    now,
                  )
          }
          saveTrouble={saveState === 'error' || docState === 'offline'}
          peers={peers}
          kernel={kernel}
          running={session === null || session.running === null ? 0 : 1}
          queued={session?.queue.length ?? 0}
          disabled={docState === 'loading' || docState === 'text'}
          onAction={(id) => runNotebookAction(parts.commands, id)}
          menu={menu}
          slot={headerSlot?.({
            path: snapshot.path,
            session,
            saveState: docState === 'loading' || docState === 'text' ? null : saveState,
          })}
        />
        <FindBar readOnly={readOnly} selected={() => parts.commands.selecting.chosen()} />
        <NotebookBanners
          readOnly={docState === 'readonly' ? (snapshot.reason ?? 'it is read-only') : null}
          missing={snapshot.file === 'missing'}
          notices={snapshot.notices.filter(({ id }) => !dismissed.has(id))}
          onDismiss={(id) => setDismissed(new Set([...dismissed, id]))}
          onSaveAgain={() => void parts.commands.saving.save(true)}
          onClose={onClose}
        />
        {snapshot.text === null ? null : <BrokenNotebook broken={snapshot.text} onReopen={() => document.reopen()} />}
        {docState !== 'loading' ? null : snapshot.fault === null ? (
          <div className={styles.loading}>
            <Skeleton label={`Opening ${snapshot.path}`} />
          </div>
        ) : (
          <div className={styles.loading}>
            <Notice
              kind="error"
              hint={snapshot.fault.hint}
              actions={onClose === undefined ? null : <Button onClick={onClose}>Close</Button>}
            >
              {snapshot.fault.message}
            </Notice>
          </div>
        )}
        {snapshot.conflicts
          .filter(({ cellId }) => document.cell(cellId) === undefined)
          .map((conflict) => (
            <div key={conflict.cellId} className={styles.loading}>
              <ConflictView
                conflict={conflict}
                onChoose={(choice) => void parts.commands.saving.resolve(conflict.cellId, choice)}
              />
            </div>
          ))}
        {docState === 'loading' || docState === 'text' ? null : <CellList language={language} readOnly={readOnly} />}
        <SlotFill name="sidebar.outline">
          <OutlineView />
        </SlotFill>
        <CaretWords />
        {opened ? <LanguageWords language={language} /> : null}
        <SelectionWords />
        <DropLine />
        <CellMenuPopup />
        <CaretHelp />
        <Pager />
        <RunNotices path={snapshot.path} />
        <RunAnnouncer document={document} results={results} />
      </main>
      <ConfirmDialog
        open={restart !== null}
        title={restart?.alsoRun === true ? 'Restart the kernel and run all cells?' : 'Restart the kernel?'}
        verb="Restart"
        onConfirm={() => decide(true)}
        onCancel={() => decide(false)}
      >
        Its variables are lost, and what runs or waits is cancelled. The outputs in the notebook stay.
      </ConfirmDialog>
    </NotebookContext>
  );
}
