'use client';
import { lazy, Suspense, useEffect, useMemo } from 'react';
import { useOnceOpen } from '#components/ui/once-open.ts';
import { showToast } from '#components/ui/toast.tsx';
import { useRegisterActions } from '#lib/client/actions/use-actions.ts';
import type { GatewayId } from '#lib/core/ids.ts';
import { gateways, useGateway, useKnownGateways } from './gateways-store.ts';
import { gatewayActions, gatewayChanges } from './kernel-actions.ts';
import type { KernelPickerProps } from './kernel-picker.tsx';
import { openKernelDialog, useKernelDialog } from './open-dialog.ts';
import { KernelPicker } from './picker-part.ts';

const GatewayForm = lazy(() => import('./gateway-form.tsx').then(({ GatewayForm: form }) => ({ default: form })));
const SecretsForm = lazy(() => import('./secrets-form.tsx').then(({ SecretsForm: form }) => ({ default: form })));

/** The forms of gateways, and the actions that open them; once in the frame. */
export function GatewayDialog() {
  const dialog = useKernelDialog();
  const isForm = dialog?.kind === 'gateway';
  const isSecrets = dialog?.kind === 'secrets';
  const wanted = isForm || isSecrets ? dialog.gatewayId : null;
  const gateway = useGateway(wanted);
  const isUnknown = wanted !== null && gateway === null;
  useEffect(() => (isUnknown ? askFor(wanted) : undefined), [isUnknown, wanted]);
  const known = useKnownGateways();
  const actions = useMemo(() => [...gatewayActions, ...gatewayChanges(known)], [known]);
  useRegisterActions(actions);
  const leave = () => {
    const back = isForm || (isSecrets && dialog.from === 'picker') ? dialog.path : null;
    openKernelDialog(back === null ? null : { kind: 'picker', path: back });
  };
  const form = isForm && (dialog.gatewayId === null || gateway !== null);
  const secrets = isSecrets && gateway !== null;
  const formAsked = useOnceOpen(form);
  const secretsAsked = useOnceOpen(secrets);
  return (
    <Suspense>
      {formAsked ? <GatewayForm open={form} gateway={gateway} onClose={leave} /> : null}
      {secretsAsked && gateway !== null ? (
        <SecretsForm
          open={secrets}
          gateway={gateway}
          onClose={leave}
          onChangeGateway={() =>
            openKernelDialog({ kind: 'gateway', gatewayId: gateway.id, path: isSecrets ? dialog.path : null })
          }
        />
      ) : null}
    </Suspense>
  );
}

/** A dialog of a gateway that is not known yet opens with the answer; without one it is said why it does not. */
function askFor(wanted: GatewayId): () => void {
  let left = false;
  void gateways.load().then((failed) => {
    if (left || (failed === null && gateways.getSnapshot().some(({ id }) => id === wanted))) return;
    openKernelDialog(null);
    showToast({
      kind: 'error',
      title: failed === null ? 'This gateway is not registered any more.' : failed.message,
      description: failed?.hint,
    });
  });
  return () => {
    left = true;
  };
}

export type PickerDialogProps = Pick<KernelPickerProps, 'path' | 'session' | 'others' | 'onChooseOther'>;

/** Whether the picker of a notebook is open. */
export function usePickerOpen(path: string): boolean {
  const dialog = useKernelDialog();
  return dialog?.kind === 'picker' && dialog.path === path;
}

/** The picker of one notebook; beside its chip. */
export function PickerDialog({ path, session, others, onChooseOther }: PickerDialogProps) {
  const open = usePickerOpen(path);
  const asked = useOnceOpen(open);
  return asked ? (
    <Suspense>
      <KernelPicker
        open={open}
        path={path}
        session={session}
        others={others}
        onChooseOther={onChooseOther}
        onClose={() => openKernelDialog(null)}
        onAddGateway={() => openKernelDialog({ kind: 'gateway', gatewayId: null, path })}
      />
    </Suspense>
  ) : null;
}
