'use client';
import { useCallback, useEffect, useMemo, useState, type Ref } from 'react';
import { WholeTextDialog } from '#components/output/whole-text-dialog.tsx';
import { Button } from '#components/ui/button.tsx';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { SlotFill } from '#components/ui/slot.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { useRegisterActions } from '#lib/client/actions/use-actions.ts';
import { useDocument, useNotebookMetadata } from '#lib/client/document/use-document.ts';
import { BrokenNotebook } from './broken-notebook.tsx';
import { deviceName } from './device-name.ts';
import { CaretWords } from './caret-words.tsx';
import { CellList } from './cell-list.tsx';
import { CellMenuPopup } from './cell-menu-popup.tsx';
import type { Question } from './commands/parts.ts';
import { ConflictView } from './conflict-view.tsx';
import { DeathReport } from './death-report.tsx';
import { DropLine } from './drag-handle.tsx';
import { HistoryView } from './history/history-view.tsx';
import { CaretHelp } from './kernel-help/caret-help.tsx';
import { Pager } from './kernel-help/pager.tsx';
import type { EarlyPlace } from './early-place.ts';
import { FindBar } from './find/find-bar.tsx';
import { InputWatch } from './input-watch.tsx';
import { notebookLanguage } from './cell-language.ts';
import { notebookActions } from './notebook-actions.ts';
import { SelectionWords } from './selection-words.tsx';
import { SlowLineNote } from './slow-line-note.tsx';
import { useClipboardEvents } from './use-clipboard-events.ts';
import { MoveOffer } from './move-offer.tsx';
import { NotebookBanners } from './notebook-banners.tsx';
import { NotebookContext } from './notebook-context.ts';
import { LanguageWords } from './language-words.tsx';
import { NotebookFrame } from './notebook-frame.tsx';
import type { NotebookPlace } from './notebook-place.ts';
import styles from './notebook-view.module.css';
import type { OpenedNotebook } from './open-notebook.ts';
import { HeldBar } from './queue/held-bar.tsx';
import { QueuePanel } from './queue/queue-panel.tsx';
import { OutlineView } from './outline/outline-view.tsx';
import { RunAnnouncer } from './run-announcer.tsx';
import { RunNotices } from './run-notices.tsx';
import { useNotebookParts } from './use-notebook-parts.ts';
import { useEarlyEdits } from './use-early-edits.ts';
import { useViewPlace } from './use-view-place.ts';

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
  onWaiting,
  onMoved,
  onClose,
}: NotebookPageProps) {
  const { document, results } = notebook;
  const snapshot = useDocument(document);
  const metadata = useNotebookMetadata(document);
  const language = useMemo(() => notebookLanguage(metadata), [metadata]);
  const [dismissed, setDismissed] = useState<ReadonlySet<string>>(new Set());
  const [asked, setAsked] = useState<(Question & { readonly answer: (yes: boolean) => void }) | null>(null);
  const parts = useNotebookParts(notebook, early, {
    path: snapshot.path,
    person: person ?? deviceName(navigator.userAgent),
    onNeedKernel,
    ask: (question) => new Promise<boolean>((answer) => setAsked({ ...question, answer })),
  });
  useEffect(() => {
    if (snapshot.path !== notebook.path) onMoved?.(snapshot.path);
  }, [snapshot.path, notebook.path, onMoved]);
  const actions = useMemo(() => notebookActions(parts.commands), [parts]);
  useRegisterActions(actions);
  useClipboardEvents(parts.commands, snapshot.path);
  useEarlyEdits(parts);
  const { docState } = snapshot;
  const opened = docState !== 'loading' && docState !== 'text';
  useViewPlace(parts, early, snapshot.path, opened);
  const decide = (yes: boolean) => {
    asked?.answer(yes);
    setAsked(null);
  };
  const waiting = useCallback((waits: boolean) => onWaiting?.(snapshot.path, waits), [onWaiting, snapshot.path]);
  const readOnly = !document.canEdit();

  return (
    <NotebookContext value={parts}>
      <NotebookFrame
        screen={screen}
        headerSlot={headerSlot}
        bar={
          <>
            <DeathReport />
            <MoveOffer />
            <HeldBar />
            <FindBar readOnly={readOnly} selected={() => parts.commands.selecting.chosen()} />
          </>
        }
      >
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
        <SlotFill name="panel.queue">
          <QueuePanel />
        </SlotFill>
        <SlotFill name="panel.history">
          <HistoryView language={language} />
        </SlotFill>
        <CaretWords />
        {opened ? <LanguageWords language={language} /> : null}
        <SelectionWords />
        <DropLine />
        <CellMenuPopup />
        <CaretHelp />
        <Pager />
        <SlowLineNote results={results} />
        <WholeTextDialog notebookId={results.notebookId()} />
        <RunNotices path={snapshot.path} />
        <InputWatch onWaiting={waiting} />
        <RunAnnouncer document={document} results={results} />
      </NotebookFrame>
      <ConfirmDialog
        open={asked !== null}
        title={asked?.title ?? ''}
        verb={asked?.verb ?? ''}
        onConfirm={() => decide(true)}
        onCancel={() => decide(false)}
      >
        {asked?.body}
      </ConfirmDialog>
    </NotebookContext>
  );
}
