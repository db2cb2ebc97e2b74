'use client';
import { useCallback, useEffect } from 'react';
import dynamic from 'next/dynamic';
import { PickerDialog } from '#components/kernel/compute-dialogs.tsx';
import { KernelChip, KernelWords } from '#components/kernel/kernel-chip.tsx';
import { openKernelDialog } from '#components/kernel/open-dialog.ts';
import type { NotebookViewProps } from '#components/notebook/notebook-view.tsx';
import { closeDocument, followMove } from '#components/shell/document-actions.ts';
import { setUnsaved } from '#components/shell/unsaved-documents.ts';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { SlotFill } from '#components/ui/slot.tsx';

type Place = Parameters<NonNullable<NotebookViewProps['headerSlot']>>[0];

// A notebook lives in the browser alone: rendered here it would be empty, and the server would load the editors' code.
const NotebookView = dynamic(
  () => import('#components/notebook/notebook-view.tsx').then((module) => module.NotebookView),
  { ssr: false, loading: () => <Skeleton label="Loading the notebook screen" /> },
);

/** A notebook in the frame: its cells, and beside them where their code runs. */
export function NotebookScreen({ path }: { readonly path: string }) {
  const onMoved = useCallback((to: string) => followMove(path, to), [path]);
  return (
    <NotebookView
      path={path}
      headerSlot={(place) => <Compute {...place} />}
      onNeedKernel={chooseKernel}
      onMoved={onMoved}
      onClose={() => closeDocument(path)}
    />
  );
}

const saveWords = { saved: 'saved', saving: 'saving', unsaved: 'not saved yet', error: 'not saved' } as const;

const chooseKernel = (path: string) => openKernelDialog({ kind: 'picker', path });

function Compute({ path, session, saveState }: Place) {
  useEffect(() => {
    setUnsaved(path, saveState !== null && saveState !== 'saved');
    return () => setUnsaved(path, false);
  }, [path, saveState]);
  return (
    <>
      <KernelChip path={path} session={session} />
      <PickerDialog path={path} session={session} />
      {saveState === null ? null : <SlotFill name="status.near">· {saveWords[saveState]}</SlotFill>}
      <SlotFill name="status.far">
        far: <KernelWords session={session} />
      </SlotFill>
    </>
  );
}
