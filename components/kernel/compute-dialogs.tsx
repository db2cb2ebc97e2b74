'use client';
import { useRegisterActions } from '#lib/client/actions/use-actions.ts';
import type { SessionState } from '#lib/core/session/state.ts';
import { GatewayForm } from './gateway-form.tsx';
import { gatewayActions } from './kernel-actions.ts';
import { openKernelDialog, useKernelDialog } from './open-dialog.ts';
import { KernelPicker } from './kernel-picker.tsx';

/** The form that adds a gateway, and the action that opens it; once in the frame. */
export function GatewayDialog() {
  const dialog = useKernelDialog();
  useRegisterActions(gatewayActions);
  const leave = () => {
    const path = dialog?.kind === 'gateway' ? dialog.path : null;
    openKernelDialog(path === null ? null : { kind: 'picker', path });
  };
  return <GatewayForm open={dialog?.kind === 'gateway'} onClose={leave} />;
}

export type PickerDialogProps = { readonly path: string; readonly session: SessionState | null };

/** The picker of one notebook; beside its chip. */
export function PickerDialog({ path, session }: PickerDialogProps) {
  const dialog = useKernelDialog();
  return (
    <KernelPicker
      open={dialog?.kind === 'picker' && dialog.path === path}
      path={path}
      session={session}
      onClose={() => openKernelDialog(null)}
      onAddGateway={() => openKernelDialog({ kind: 'gateway', path })}
    />
  );
}
