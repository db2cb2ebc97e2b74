'use client';
import { Button } from '#components/ui/button.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { useResource } from '#lib/client/resource/use-resource.ts';
import { sayOthers } from '#lib/core/cluster/most-workers.ts';
import { sayAges } from '#lib/core/cluster/say-ages.ts';
import type { ClusterId } from '#lib/core/ids.ts';
import { ClusterCurves } from './cluster-curves.tsx';
import { ClusterLogLinks } from './cluster-log-links.tsx';
import { GoneNodes } from './gone-nodes.tsx';
import { NodeList } from './node-list.tsx';
import { PartHead } from './part-head.tsx';
import { notTold } from './resource-words.ts';
import { TaskBar } from './task-bar.tsx';
import styles from './resource-panel.module.css';

export type ClusterPartProps = {
  readonly id: ClusterId;
  readonly label: string;
  /** Shows its page. Absent on that page, where its nodes and logs are beside this already. */
  readonly onOpen?: (id: ClusterId) => void;
};

/** What a cluster takes, its tasks by state, who uses it, and each of its nodes. */
export function ClusterPart({ id, label, onOpen }: ClusterPartProps) {
  const state = useResource({ kind: 'cluster', clusterId: id });
  const sample = state.latest?.kind === 'cluster' ? state.latest : null;
  const workers = sample?.picture.workers ?? [];
  const ages = sample === null ? null : sayAges(sample.picture);
  const measured = workers.length === 0 || workers.some(({ cpu, memory }) => cpu !== null || memory !== null);
  return (
    <section
      className={styles.part}
      aria-label="Cluster"
      data-resource-cluster
      data-stale={state.fault === null ? undefined : ''}
    >
      <PartHead title={label} state={state} />
      {ages === null ? null : <p className={styles.note}>{ages}</p>}
      {sample !== null ? (
        <>
          <ClusterCurves sample={sample} hour={state.hour} measured={measured} />
          <TaskBar tasks={sample.picture.tasks} />
          <dl className={styles.facts}>
            {measured ? null : (
              <>
                <dt>CPU and memory of its nodes</dt>
                <dd>{notTold}</dd>
              </>
            )}
            <dt>Used by</dt>
            <dd>{sample.notebooks.length === 0 ? 'no notebook' : sample.notebooks.join(', ')}</dd>
            {sample.picture.clients === null ? null : (
              <>
                <dt>Connected programs</dt>
                <dd>{sample.picture.clients}</dd>
              </>
            )}
          </dl>
          <GoneNodes gone={sample.gone} at={sample.at} />
          {onOpen === undefined ? null : (
            <>
              <NodeList workers={sample.picture.workers} hour={state.hour} at={sample.at} />
              {sample.picture.others === undefined ? null : (
                <p className={styles.note}>{sayOthers(sample.picture.others)}</p>
              )}
            </>
          )}
        </>
      ) : state.fault === null ? (
        <Skeleton label="Asking the cluster what it takes" />
      ) : null}
      {onOpen === undefined ? null : (
        <div className={styles.logs}>
          <Button onClick={() => onOpen(id)}>Open its page</Button>
          <ClusterLogLinks id={id} />
        </div>
      )}
    </section>
  );
}
