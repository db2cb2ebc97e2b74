'use client';
import { lazy, Suspense } from 'react';
import { useOnceOpen } from '#components/ui/once-open.ts';
import { useRegisterActions } from '#lib/client/actions/use-actions.ts';
import type { SessionState } from '#lib/core/session/state.ts';
import { gatewayActions } from './kernel-actions.ts';
import { openKernelDialog, useKernelDialog } from './open-dialog.ts';

const GatewayForm = lazy(() => import('./gateway-form.tsx').then(({ GatewayForm: form }) => ({ default: form })));
const KernelPicker = lazy(() =>
  import('./kernel-picker.tsx').then(({ KernelPicker: picker }) => ({ default: picker })),
);

/** The form that adds a gateway, and the action that opens it; once in the frame. */
export function GatewayDialog() {
  const dialog = useKernelDialog();
  useRegisterActions(gatewayActions);
  const leave = () => {
    const path = dialog?.kind === 'gateway' ? dialog.path : null;
    openKernelDialog(path === null ? null : { kind: 'picker', path });
  };
  const open = dialog?.kind === 'gateway';
  const asked = useOnceOpen(open);
  return asked ? (
    <Suspense>
      <GatewayForm open={open} onClose={leave} />
    </Suspense>
  ) : null;
}

export type PickerDialogProps = { readonly path: string; readonly session: SessionState | null };

/** The picker of one notebook; beside its chip. */
export function PickerDialog({ path, session }: PickerDialogProps) {
  const dialog = useKernelDialog();
  const open = dialog?.kind === 'picker' && dialog.path === path;
  const asked = useOnceOpen(open);
  return asked ? (
    <Suspense>
      <KernelPicker
        open={open}
        path={path}
        session={session}
        onClose={() => openKernelDialog(null)}
        onAddGateway={() => openKernelDialog({ kind: 'gateway', path })}
      />
    </Suspense>
  ) : null;
}
