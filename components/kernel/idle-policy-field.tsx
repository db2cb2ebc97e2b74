'use client';
import { useEffect, useSyncExternalStore } from 'react';
import { Button } from '#components/ui/button.tsx';
import type { Gateway } from '#lib/protocol/http/gateways.ts';
import { sayMinutes } from '#lib/core/kernel/idle-policy.ts';
import { idlePolicies } from './idle-store.ts';
import styles from './idle-policy-field.module.css';

/** Minutes to choose from. */
const choices = [5, 15, 30, 60, 240, 720, 1_440, 4_320];

/** After how long without use the kernels of a gateway are shut down. */
export function IdlePolicyField({ gateway }: { readonly gateway: Gateway }) {
  const { minutes: known, fault } = useSyncExternalStore(
    idlePolicies.subscribe,
    idlePolicies.getSnapshot,
    idlePolicies.getInitial,
  );
  useEffect(() => {
    if (idlePolicies.getSnapshot().minutes === null) void idlePolicies.load();
  }, []);
  const present = known?.[gateway.id] ?? null;
  const offered =
    present === null || choices.includes(present) ? choices : [...choices, present].toSorted((a, b) => a - b);
  if (known === null && fault !== null)
    return (
      <div className={styles.policy}>
        <span>When idle kernels are shut down could not be read: {fault.message}</span>
        <Button onClick={() => void idlePolicies.load()}>Try again</Button>
      </div>
    );
  return (
    <label className={styles.policy}>
      <span>Kernels nobody uses are shut down</span>
      <select
        className={styles.choice}
        aria-label={`Shut down kernels of ${gateway.label} that nobody uses`}
        disabled={known === null}
        value={present ?? ''}
        onChange={({ currentTarget: { value } }) =>
          void idlePolicies.change(gateway.id, value === '' ? null : Number(value))
        }
      >
        <option value="">never</option>
        {offered.map((minutes) => (
          <option key={minutes} value={minutes}>
            after {sayMinutes(minutes)}
          </option>
        ))}
      </select>
    </label>
  );
}
