'use client';
import { Button } from '#components/ui/button.tsx';
import { useTicker } from '#components/ui/ticker.ts';
import { countdown } from '#lib/core/kernel/idle-policy.ts';
import type { ClusterView } from '#lib/protocol/http/clusters.ts';
import { keep } from './cluster-requests.ts';
import styles from './idle-end.module.css';

/** The last minutes of a cluster that nobody uses, and the way to keep it; nothing while it has no end. */
export function IdleEnd({ cluster: { id, idle } }: { readonly cluster: ClusterView }) {
  const now = useTicker(idle.end !== null);
  if (idle.end === null) return null;
  return (
    <span className={styles.idle} data-cluster-idle>
      <span title="Nothing has run on it for a while.">idle: stops in {countdown(idle.end, now)}</span>
      <Button onClick={() => void keep(id)}>Keep</Button>
    </span>
  );
}
