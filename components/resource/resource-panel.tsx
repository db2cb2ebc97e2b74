'use client';
import { Activity } from 'lucide-react';
import { Button } from '#components/ui/button.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import type { SessionState } from '#lib/core/session/state.ts';
import { ClusterPart } from './cluster-part.tsx';
import { KernelPart } from './kernel-part.tsx';
import styles from './resource-panel.module.css';

export type ResourcePanelProps = {
  /** Where the notebook runs; null without a kernel. */
  readonly session: SessionState | null;
  readonly onChooseKernel: () => void;
};

/** What the kernel of a notebook and its cluster take, now and in the last hour. */
export function ResourcePanel({ session, onChooseKernel }: ResourcePanelProps) {
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
            <h3>No cluster</h3>
          </div>
          <p className={styles.note}>Bind the notebook to a cluster, and its nodes and tasks appear here.</p>
        </section>
      ) : (
        <ClusterPart key={cluster.id} id={cluster.id} label={cluster.label} />
      )}
    </div>
  );
}
