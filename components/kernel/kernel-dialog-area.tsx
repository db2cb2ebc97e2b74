'use client';
import { useRegisterActions } from '#lib/client/actions/use-actions.ts';
import type { SessionState } from '#lib/core/session/state.ts';
import { GatewayForm } from './gateway-form.tsx';
import { gatewayActions } from './kernel-actions.ts';
import { openKernelDialog, useKernelDialog } from './kernel-dialogs.ts';
import { KernelPicker } from './kernel-picker.tsx';

export type KernelDialogAreaProps = {
  /** Session of the notebook whose picker may open. */
  readonly session: SessionState | null;
};

/** The dialogs of compute, and the actions that open them; once in the frame. */
export function KernelDialogArea({ session }: KernelDialogAreaProps) {
  const dialog = useKernelDialog();
  const close = () => openKernelDialog(null);
  useRegisterActions(gatewayActions);
  const leaveForm = () => {
    const path = dialog?.kind === 'gateway' ? dialog.path : null;
    openKernelDialog(path === null ? null : { kind: 'picker', path });
  };
  const path = dialog?.path ?? '';
  return (
    <>
      <KernelPicker
        open={dialog?.kind === 'picker'}
        path={path}
        session={session}
        onClose={close}
        onAddGateway={() => openKernelDialog({ kind: 'gateway', path })}
      />
      <GatewayForm open={dialog?.kind === 'gateway'} onClose={leaveForm} />
    </>
  );
}
