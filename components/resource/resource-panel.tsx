'use client';
import { Activity } from 'lucide-react';
import { Button } from '#components/ui/button.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import type { ClusterId } from '#lib/core/ids.ts';
import type { SessionState } from '#lib/core/session/state.ts';
import { ClusterPart } from './cluster-part.tsx';
import { KernelPart } from './kernel-part.tsx';
import styles from './resource-panel.module.css';

export type ResourcePanelProps = {
  /** Where the notebook runs; null without a kernel. */
  readonly session: SessionState | null;
  readonly onChooseKernel: () => void;
  readonly onOpenCluster: (id: ClusterId) => void;
};

/** What the kernel of a notebook and its cluster take, now and in the last hour. */
export function ResourcePanel({ session, onChooseKernel, onOpenCluster }: ResourcePanelProps) {
  if (session === null)
    return (
      <EmptyState
        icon={Activity}
        title="No kernel yet"
        actions={
          <Button look="primary" onClick={onChooseKernel}>
            Choose a kernel
          </Button>
        }
      >
        What the kernel takes of its machine appears here once the notebook has one.
      </EmptyState>
    );
  const { binding, cluster } = session;
  return (
    <div className={styles.panel} data-resources>
      <KernelPart key={binding.id} sessionId={binding.id} />
      {cluster === null ? (
        <section className={styles.part} aria-label="Cluster">
          <div className={styles.head}>
            <h3 className={styles.heading}>No cluster</h3>
          </div>
          <p className={styles.note}>Once the notebook works with a cluster, its nodes and tasks appear here.</p>
          <div className={styles.logs}>
            <Button onClick={onChooseKernel}>Choose a cluster</Button>
          </div>
        </section>
      ) : (
        <ClusterPart key={cluster.id} id={cluster.id} label={cluster.label} onOpen={onOpenCluster} />
      )}
    </div>
  );
}
