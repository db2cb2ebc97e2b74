'use client';
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { ChevronDown } from 'lucide-react';
import { useRegisterActions } from '#lib/client/actions/use-actions.ts';
import { every } from '#lib/client/every.ts';
import type { KernelStatus } from '#lib/core/session/event.ts';
import type { SessionState } from '#lib/core/session/state.ts';
import { chipActions } from './kernel-actions.ts';
import chips from '#components/ui/chip.module.css';
import styles from './kernel-chip.module.css';
import { useGateway } from './gateways-store.ts';
import { openKernelDialog } from './open-dialog.ts';
import { fetchPicker } from './picker-part.ts';
import { places } from './places-store.ts';
import { SharedMark } from './shared-mark.tsx';
import { StateMark } from '#components/ui/state-mark.tsx';
import { TrustMark } from './trust-mark.tsx';
import { distanceWords } from '#components/ui/measure-words.ts';
import { statusWords } from './words.ts';

/** While a kernel is bound its distance is measured again after this pause, ms. */
const distancePause = 60_000;

export type KernelChipProps = {
  readonly path: string;
  /** The notebook's session; null when it has none. */
  readonly session: SessionState | null;
};

/** Where the code of this notebook runs, how far that is, and how it is there; a click opens the picker. */
export function KernelChip({ path, session }: KernelChipProps) {
  const place = usePlace(session);
  const bound = session !== null;
  const gateway = useGateway(session?.binding.gatewayId ?? null);
  const id = session?.binding.id ?? null;
  const actions = useMemo(() => chipActions(path, id), [path, id]);
  useRegisterActions(actions);

  useEffect(() => (bound ? every(distancePause, () => void places.load()) : undefined), [bound]);

  const status: KernelStatus = session?.status ?? 'none';
  const far = place !== null && !place.near;
  return (
    <button
      type="button"
      className={`${chips.chip} ${styles.kernel}`}
      title={session?.reason ?? 'Choose where this notebook runs'}
      data-kernel-chip={status}
      {...(far ? { 'data-far': '' } : {})}
      onPointerEnter={prepare}
      onFocus={prepare}
      onClick={() => openKernelDialog({ kind: 'picker', path })}
    >
      <StateMark status={status} />
      {session === null ? (
        <span className={chips.name}>Choose a kernel</span>
      ) : (
        <>
          <span className={chips.name}>
            {session.binding.displayName} · {session.binding.gatewayLabel}
          </span>
          {gateway?.tls.verify === false ? <TrustMark brief /> : null}
          <SharedMark others={session.others} />
          {place === null ? null : <span className={chips.detail}>{distanceWords(place.near, place.distanceMs)}</span>}
        </>
      )}
      <ChevronDown size={12} aria-hidden className={styles.caret} />
    </button>
  );
}

/** Whoever points at the chip is about to open the picker: its lines are there then. */
function prepare(): void {
  void fetchPicker();
  places.loadIfOld();
}

/** The same in one line of plain words, for the status bar. */
export function KernelWords({ session }: { readonly session: SessionState | null }) {
  const place = usePlace(session);
  if (session === null) return 'no kernel';
  const distance = place === null ? null : distanceWords(place.near, place.distanceMs);
  const shared = session.others === 0 ? null : 'shared';
  return [statusWords[session.status], session.binding.gatewayLabel, distance, shared].filter(Boolean).join(' · ');
}

function usePlace(session: SessionState | null): { readonly near: boolean; readonly distanceMs: number | null } | null {
  const known = useSyncExternalStore(places.subscribe, places.getSnapshot, places.getInitial);
  if (session === null) return null;
  const found = known.places?.find(({ gateway }) => gateway.id === session.binding.gatewayId);
  return found === undefined ? null : { near: found.gateway.place === 'near', distanceMs: found.distanceMs };
}
