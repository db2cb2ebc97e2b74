'use client';
import { useEffect, useState } from 'react';
import { Pencil, Trash2 } from 'lucide-react';
import type { GatewayId } from '#lib/core/ids.ts';
import type { Gateway } from '#lib/protocol/http/gateways.ts';
import type { ComputePlace } from '#lib/protocol/http/kernels.ts';
import { Button } from '#components/ui/button.tsx';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { IconButton } from '#components/ui/icon-button.tsx';
import { HintText } from '#components/ui/hint-text.tsx';
import { IdlePolicyWords } from './idle-policy-words.tsx';
import { idlePolicies } from './idle-store.ts';
import { removeGateway, wakeGateway } from './kernel-requests.ts';
import styles from './kernel-picker.module.css';
import { secretWords } from './secret-words.ts';
import { TrustMark } from './trust-mark.tsx';
import { distanceWords } from '#components/ui/measure-words.ts';

export type PlaceListProps = {
  readonly places: readonly ComputePlace[];
  /** ms since 1970; null before the first answer. */
  readonly checkedAt: number | null;
  readonly onChange: (gateway: Gateway) => void;
  /** The gateway refuses what it was given: a person enters something new. */
  readonly onEnter: (gateway: Gateway) => void;
};

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

const stateWords: Readonly<Record<ComputePlace['state'], string>> = {
  ready: 'ready',
  starting: 'is starting',
  asleep: 'does not run yet',
  unreachable: 'does not answer',
  refused: 'refuses what it was given',
  unavailable: 'cannot run kernels',
};

/** All places with their state: those that cannot serve now say why and what helps; added ones can be removed. */
export function PlaceList({ places, checkedAt, onChange, onEnter }: PlaceListProps) {
  const [waking, setWaking] = useState<GatewayId | null>(null);
  const [leaving, setLeaving] = useState<Gateway | null>(null);
  // The settings may have changed since the picker was last open.
  useEffect(() => void idlePolicies.load(), []);
  const wake = async (gateway: Gateway) => {
    setWaking(gateway.id);
    await wakeGateway(gateway);
    setWaking(null);
  };
  if (places.length === 0) return null;
  return (
    <section aria-label="Gateways">
      <div className={styles.heading}>
        Gateways{checkedAt === null ? '' : ` · checked at ${clock.format(checkedAt)}`}
      </div>
      <ul className={styles.places}>
        {places.map(({ gateway, state, distanceMs, fault }) => (
          <li key={gateway.id} className={styles.placeRow} data-place={gateway.id} data-place-state={state}>
            <div className={`${styles.placeText} ${state === 'ready' ? '' : styles.closed}`}>
              <div>
                {gateway.label}: {waking === gateway.id ? 'is starting' : stateWords[state]} ·{' '}
                {distanceWords(gateway.place === 'near', distanceMs)}
                {gateway.url === '' ? '' : ` · ${gateway.url}`} {gateway.tls.verify ? null : <TrustMark />}
              </div>
              <IdlePolicyWords gateway={gateway} />
              {fault === null ? null : <div>{fault.message}</div>}
              {fault?.hint ? (
                <div className={styles.hint}>
                  <HintText hint={fault.hint} />
                </div>
              ) : null}
              {gateway.needsSecrets ? (
                <Button onClick={() => onEnter(gateway)}>Enter {secretWords(gateway.auth)}…</Button>
              ) : null}
              {state === 'asleep' ? (
                <Button disabled={waking !== null} onClick={() => void wake(gateway)}>
                  {waking === gateway.id ? 'Starting…' : 'Start it'}
                </Button>
              ) : null}
            </div>
            {gateway.removable && (
              <>
                <IconButton
                  icon={Pencil}
                  label={`Change ${gateway.label}`}
                  size="small"
                  onClick={() => onChange(gateway)}
                />
                <IconButton
                  icon={Trash2}
                  label={`Remove ${gateway.label}`}
                  size="small"
                  onClick={() => setLeaving(gateway)}
                />
              </>
            )}
          </li>
        ))}
      </ul>
      <ConfirmDialog
        open={leaving !== null}
        title={`Remove “${leaving?.label ?? ''}”?`}
        verb="Remove"
        onCancel={() => setLeaving(null)}
        onConfirm={() => {
          if (leaving !== null) void removeGateway(leaving);
          setLeaving(null);
        }}
      >
        Its address and secrets are forgotten. Kernels that run there go on running.
      </ConfirmDialog>
    </section>
  );
}
