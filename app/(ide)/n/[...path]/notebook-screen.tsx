'use client';
import { useCallback, useEffect } from 'react';
import { ClusterChip } from '#components/cluster/cluster-chip.tsx';
import { choiceOfKey } from '#components/cluster/cluster-lines.ts';
import { attachNotebook } from '#components/cluster/cluster-requests.ts';
import { useClusterLines } from '#components/cluster/use-cluster-lines.ts';
import { PickerDialog, usePickerOpen } from '#components/kernel/compute-dialogs.tsx';
import { defaultStart } from '#components/kernel/choices.ts';
import { GatewayBanner } from '#components/kernel/gateway-banner.tsx';
import { IdleCountdown } from '#components/kernel/idle-countdown.tsx';
import { KernelChip, KernelWords } from '#components/kernel/kernel-chip.tsx';
import { openKernelDialog } from '#components/kernel/open-dialog.ts';
import { places } from '#components/kernel/places-store.ts';
import { getRecentKernels } from '#components/kernel/recent-kernels.ts';
import { NotebookView, type NotebookViewProps } from '#components/notebook/notebook-view.tsx';
import { openEarly } from '#components/notebook/open-notebook.ts';
import { ResourcePanel } from '#components/resource/resource-panel.tsx';
import { clusterPath } from '#lib/core/cluster/cluster-path.ts';
import type { ClusterId } from '#lib/core/ids.ts';
import type { RenderedHead } from '#lib/core/render/rendered-head.ts';
import { closeDocument, followMove, openDocument } from '#components/shell/document-actions.ts';
import { documentPathOf, isNotebook } from '#components/shell/locations.ts';
import { setUnsaved } from '#components/shell/unsaved-documents.ts';
import { setWaiting } from '#components/shell/waiting-documents.ts';
import { SlotFill } from '#components/ui/slot.tsx';

type Place = Parameters<NonNullable<NotebookViewProps['headerSlot']>>[0];

// The server is asked while React still reads the page.
if (typeof window !== 'undefined') {
  const first = documentPathOf(window.location.pathname);
  if (first !== null && isNotebook(first)) openEarly(first);
}

export type NotebookScreenProps = {
  readonly path: string;
  /** The first cells, when the server sent them with the page. */
  readonly head?: RenderedHead | null;
};

/** A notebook in the frame: its cells, and beside them where their code runs. */
export function NotebookScreen({ path, head = null }: NotebookScreenProps) {
  const onMoved = useCallback((to: string) => followMove(path, to), [path]);
  return (
    <NotebookView
      path={path}
      head={head}
      headerSlot={(place) => <Compute {...place} />}
      onNeedKernel={chooseKernel}
      onWaiting={setWaiting}
      onMoved={onMoved}
      onClose={() => closeDocument(path)}
    />
  );
}

const saveWords = { saved: 'saved', saving: 'saving', unsaved: 'not saved yet', error: 'not saved' } as const;

const chooseKernel = (path: string) => openKernelDialog({ kind: 'picker', path });

/** The picker with what there is of clusters. */
function Picker({ path, session, onKeep }: Pick<Place, 'path' | 'session' | 'onKeep'>) {
  const open = usePickerOpen(path);
  const { lines, choose } = useClusterLines({
    open,
    path,
    session: session?.binding.id ?? null,
    answers: session?.status === 'idle' || session?.status === 'busy',
    bound: session?.cluster?.id ?? null,
  });
  const chooseOther: typeof choose = async (key, start) => {
    const fault = await choose(key, start);
    // Who lets go of a cluster is not offered it again.
    if (fault === null && choiceOfKey(key)?.type === 'detach') onKeep(null);
    return fault;
  };
  return <PickerDialog path={path} session={session} others={lines} onChooseOther={chooseOther} />;
}

/** Attaches the notebook to the cluster that it worked with; the kernel of one without is the nearest Python. */
async function attach(path: string, id: ClusterId) {
  await places.load();
  return attachNotebook(path, id, defaultStart(places.getSnapshot().places ?? [], getRecentKernels()));
}

function Compute({ path, session, saveState, kept, onKeep }: Place) {
  const bound = session?.cluster ?? null;
  const { id, kind, label } = bound ?? {};
  // What it is attached to is what it is offered when it is opened again.
  useEffect(() => {
    if (id !== undefined && kind !== undefined && label !== undefined) onKeep({ id, kind, label });
  }, [id, kind, label, onKeep]);
  // Once it is no longer shown, the page's documents know (ide-frame.tsx).
  useEffect(() => setUnsaved(path, saveState !== null && saveState !== 'saved'), [path, saveState]);
  return (
    <>
      {session === null || session.idleEnd === null ? null : (
        <IdleCountdown id={session.binding.id} end={session.idleEnd} />
      )}
      <KernelChip path={path} session={session} />
      <ClusterChip
        bound={bound}
        kept={kept}
        onAttach={(cluster) => attach(path, cluster)}
        onShow={(cluster) => openDocument(clusterPath(cluster))}
        onPick={() => chooseKernel(path)}
      />
      <Picker path={path} session={session} onKeep={onKeep} />
      <SlotFill name="page.banner">
        <GatewayBanner path={path} session={session} />
      </SlotFill>
      <SlotFill name="panel.resources">
        <ResourcePanel
          session={session}
          onChooseKernel={() => chooseKernel(path)}
          onOpenCluster={(id) => openDocument(clusterPath(id))}
        />
      </SlotFill>
      {saveState === null ? null : <SlotFill name="status.near">· {saveWords[saveState]}</SlotFill>}
      <SlotFill name="status.far">
        far: <KernelWords session={session} />
      </SlotFill>
    </>
  );
}
