'use client';
import { useState } from 'react';
import { Boxes, Play } from 'lucide-react';
import styles from '#components/ui/chip.module.css';
import { useTicker } from '#components/ui/ticker.ts';
import type { Fault } from '#lib/core/fault.ts';
import type { ClusterId } from '#lib/core/ids.ts';
import type { BoundCluster } from '#lib/core/session/event.ts';
import { sayFault } from './cluster-requests.ts';
import { stateWords } from './cluster-words.ts';
import { useCluster, useFollowedClusters } from './clusters-store.ts';

export type ClusterChipProps = {
  /** What the kernel finds; `reason`: why not yet. */
  readonly bound: (BoundCluster & { readonly reason: string | null }) | null;
  /** What the notebook last worked with. */
  readonly kept: BoundCluster | null;
  /** Attaches the notebook; starts a kernel where it has none. */
  readonly onAttach: (id: ClusterId) => Promise<Fault | null>;
  readonly onShow: (id: ClusterId) => void;
  readonly onPick: () => void;
};

/** The cluster of a notebook; of one that it worked with before, the offer to do so again. */
export function ClusterChip({ bound, kept, onAttach, onShow, onPick }: ClusterChipProps) {
  if (bound !== null) return <BoundChip bound={bound} onShow={onShow} />;
  return kept === null ? null : <KeptChip kept={kept} onAttach={onAttach} onPick={onPick} />;
}

function BoundChip({
  bound,
  onShow,
}: Pick<ClusterChipProps, 'onShow'> & { bound: NonNullable<ClusterChipProps['bound']> }) {
  const cluster = useCluster(bound.id);
  const now = useTicker(cluster?.idle.end != null);
  const state = cluster === null ? null : stateWords(cluster, now);
  const trouble = bound.reason ?? cluster?.fault?.message ?? null;
  return (
    <button
      type="button"
      className={styles.chip}
      title={trouble ?? `Code of this notebook finds “${bound.label}” without an address. Show it.`}
      data-cluster-chip={cluster?.state ?? 'unknown'}
      {...(trouble === null ? {} : { 'data-trouble': '' })}
      onClick={() => onShow(bound.id)}
    >
      <Boxes size={14} strokeWidth={1.75} aria-hidden />
      <span className={styles.name}>{bound.label}</span>
      {state === null || state === 'ready' ? null : <span className={styles.detail}>{state}</span>}
    </button>
  );
}

function KeptChip({ kept, onAttach, onPick }: Pick<ClusterChipProps, 'onAttach' | 'onPick'> & { kept: BoundCluster }) {
  const { clusters } = useFollowedClusters();
  const [busy, setBusy] = useState(false);
  if (clusters === null) return null;
  const there = clusters.some(({ id, state }) => id === kept.id && state === 'ready');
  const attach = async () => {
    setBusy(true);
    const fault = await onAttach(kept.id);
    setBusy(false);
    if (fault !== null) sayFault(`Not attached to “${kept.label}”`, fault);
  };
  return (
    <button
      type="button"
      className={styles.chip}
      title={
        there
          ? `This notebook worked with “${kept.label}”. Attach it again; nothing is run.`
          : `This notebook worked with “${kept.label}”, which is not there now. Choose another.`
      }
      disabled={busy}
      data-cluster-kept={there ? 'there' : 'gone'}
      onClick={() => (there ? void attach() : onPick())}
    >
      {there ? <Play size={12} aria-hidden /> : <Boxes size={14} strokeWidth={1.75} aria-hidden />}
      <span className={styles.name}>
        {busy ? 'attaching to ' : there ? 'attach to ' : ''}
        {kept.label}
      </span>
      {there ? null : <span className={styles.detail}>not there</span>}
    </button>
  );
}
