'use client';
import { useCallback, type ComponentProps } from 'react';
import { PickerDialog } from '#components/kernel/compute-dialogs.tsx';
import { KernelChip, KernelWords } from '#components/kernel/kernel-chip.tsx';
import { openKernelDialog } from '#components/kernel/open-dialog.ts';
import { NotebookView } from '#components/notebook/notebook-view.tsx';
import { closeTab, followMove } from '#components/shell/file-actions.ts';
import { useNavigation } from '#components/ui/navigation.tsx';
import { SlotFill } from '#components/ui/slot.tsx';

type HeaderSlot = NonNullable<ComponentProps<typeof NotebookView>['headerSlot']>;

/** A notebook in the frame: its cells, and beside them where their code runs. */
export function NotebookScreen({ path }: { readonly path: string }) {
  const navigation = useNavigation();
  const onMoved = useCallback((to: string) => followMove(path, to, navigation), [path, navigation]);
  return (
    <NotebookView
      path={path}
      headerSlot={(place) => <Compute {...place} />}
      onNeedKernel={chooseKernel}
      onMoved={onMoved}
      onClose={() => closeTab(path, navigation)}
    />
  );
}

const chooseKernel = (path: string) => openKernelDialog({ kind: 'picker', path });

function Compute({ path, session }: Parameters<HeaderSlot>[0]) {
  return (
    <>
      <KernelChip path={path} session={session} />
      <PickerDialog path={path} session={session} />
      <SlotFill name="status.far">
        far: <KernelWords session={session} />
      </SlotFill>
    </>
  );
}
