'use client';
import { useSyncExternalStore } from 'react';
import { Button } from '#components/ui/button.tsx';
import { actionRegistry } from '#lib/client/actions/action-registry.ts';
import { sayMinutes } from '#lib/core/kernel/idle-policy.ts';
import type { Gateway } from '#lib/protocol/http/gateways.ts';
import styles from './idle-policy-words.module.css';
import { idlePolicies } from './idle-store.ts';
import { openKernelDialog } from './open-dialog.ts';

/** After how long without use the kernels of a gateway are shut down, and the way to the settings that say so. */
export function IdlePolicyWords({ gateway }: { readonly gateway: Gateway }) {
  const { minutes: known, fault } = useSyncExternalStore(
    idlePolicies.subscribe,
    idlePolicies.getSnapshot,
    idlePolicies.getInitial,
  );
  if (known === null && fault === null) return null;
  if (known === null)
    return (
      <div className={styles.policy}>
        <span>When idle kernels are shut down could not be read: {fault?.message}</span>
        <Button onClick={() => void idlePolicies.load()}>Try again</Button>
      </div>
    );
  const minutes = known[gateway.id];
  const change = () => {
    openKernelDialog(null);
    actionRegistry.run('settings.idle');
  };
  return (
    <div className={styles.policy} data-idle-policy={minutes ?? 'never'}>
      <span>
        {minutes === undefined
          ? 'Kernels nobody uses are kept'
          : `Kernels nobody uses are shut down after ${sayMinutes(minutes)}`}
      </span>
      <button
        type="button"
        className={styles.change}
        aria-label={`Change when idle kernels of ${gateway.label} are shut down`}
        onClick={change}
      >
        Change…
      </button>
    </div>
  );
}
