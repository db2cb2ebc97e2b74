'use client';
import { type ReactNode, useState } from 'react';
import { Boxes } from 'lucide-react';
import { Button } from '#components/ui/button.tsx';
import { Elapsed } from '#components/ui/elapsed.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { FaultNotice } from '#components/ui/fault-notice.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { StateMark } from '#components/ui/state-mark.tsx';
import { useTicker } from '#components/ui/ticker.ts';
import { useResource } from '#lib/client/resource/use-resource.ts';
import { sayOthers } from '#lib/core/cluster/most-workers.ts';
import type { ClusterId } from '#lib/core/ids.ts';
import { clusterManifests } from '#lib/kinds/cluster/manifest.ts';
import type { ClusterView } from '#lib/protocol/http/clusters.ts';
import { ClusterEvents } from './cluster-events.tsx';
import { ClusterLogs } from './cluster-logs.tsx';
import styles from './cluster-page.module.css';
import { check } from './cluster-requests.ts';
import { ageWords, loadWords, markOf, sizeWords, stateWords } from './cluster-words.ts';
import { useClusters } from './clusters-store.ts';
import { EndCluster } from './end-cluster.tsx';
import { IdleEnd } from './idle-end.tsx';
import { IdleField } from './idle-field.tsx';
import { launchAgain } from './open-cluster-dialog.ts';
import { ScaleField } from './scale-field.tsx';
import { StartReport } from './start-report.tsx';
import { WorkersTable } from './workers-table.tsx';

export type ClusterPageProps = {
  readonly id: ClusterId;
  readonly onOpen: (path: string) => void;
  /** What it takes, as another feature shows it while it answers. */
  readonly figures: ReactNode;
};

/** One cluster in full: its state, what it does, its workers, what happened to it and what it says. */
export function ClusterPage({ id, onOpen, figures }: ClusterPageProps) {
  const { clusters, fault } = useClusters();
  const cluster = clusters?.find((one) => one.id === id) ?? null;
  return (
    <main className={styles.page} aria-label="Cluster" data-cluster-page={cluster?.state ?? 'unknown'}>
      {cluster !== null ? (
        <Whole cluster={cluster} onOpen={onOpen} figures={figures} />
      ) : fault !== null ? (
        <FaultNotice fault={fault} />
      ) : clusters === null ? (
        <Skeleton label="Asking for the cluster" />
      ) : (
        <EmptyState icon={Boxes} title="This cluster is not there any more" level={1}>
          It was stopped, or let go of. Others are in the view “Clusters” of the sidebar.
        </EmptyState>
      )}
    </main>
  );
}

type WholeProps = Omit<ClusterPageProps, 'id'> & { readonly cluster: ClusterView };

function Whole({ cluster, onOpen, figures }: WholeProps) {
  const { id, kind, label, origin, size, scaling, steps, idle, address, state, abilities, notebooks, fault } = cluster;
  const step = scaling ? steps.at(-1) : undefined;
  // Asked once a second while this page follows it.
  const { latest } = useResource({ kind: 'cluster', clusterId: id });
  const seen = latest?.kind === 'cluster' && latest.at >= (cluster.seen?.at ?? 0) ? latest : cluster.seen;
  const now = useTicker(true);
  const [ending, setEnding] = useState(false);
  const starts = state === 'requested' || state === 'provisioning' || state === 'checking';
  const can = (ability: (typeof abilities)[number]) => abilities.includes(ability);
  return (
    <>
      <header className={styles.head}>
        <div className={styles.names}>
          <h1 className={styles.title}>{label}</h1>
          <p className={styles.detail}>
            {[clusterManifests[kind].label, origin, ...(size === null ? [] : [sizeWords(size)])].join(' · ')}
          </p>
          {address === null ? null : <code className={styles.address}>{address}</code>}
        </div>
        <span className={styles.state}>
          <StateMark status={markOf(cluster)} />
          {idle.end === null ? stateWords(cluster, now) : <IdleEnd cluster={cluster} />}
        </span>
        <div className={styles.buttons}>
          {state === 'failed' ? (
            <Button look="primary" onClick={() => void launchAgain(cluster)}>
              Launch again
            </Button>
          ) : null}
          {state === 'unreachable' ? <Button onClick={() => void check(id)}>Ask again</Button> : null}
          <Button disabled={state === 'stopping'} onClick={() => setEnding(true)}>
            {state === 'failed' ? 'Remove…' : origin === 'attached' ? 'Let go…' : starts ? 'Call it off…' : 'Stop…'}
          </Button>
        </div>
      </header>
      {starts || state === 'failed' ? (
        <StartReport cluster={cluster} />
      ) : fault === null ? null : (
        <FaultNotice fault={fault} />
      )}
      {state === 'ready' ? (
        <div className={styles.fields}>
          {can('scale') && size !== null ? (
            <ScaleField
              key={size.workers}
              id={id}
              workers={size.workers}
              there={seen?.picture.workers.length ?? null}
              scaling={scaling}
            />
          ) : null}
          {origin === 'launched' ? <IdleField cluster={cluster} /> : null}
        </div>
      ) : null}
      {step === undefined ? null : (
        <p className={styles.detail} role="status">
          {step.text} <Elapsed from={step.at} to={step.until} />
        </p>
      )}
      <div className={styles.columns}>
        <div className={styles.column}>
          {seen === null ? null : (
            <section aria-label="Workers" className={styles.section}>
              <h2 className={styles.heading}>
                Workers <span className={styles.age}>{ageWords(seen, now)}</span>
              </h2>
              <p className={styles.detail}>{loadWords(seen.picture)}</p>
              <WorkersTable workers={seen.picture.workers} now={now} />
              {seen.picture.others === undefined ? null : (
                <p className={styles.detail}>{sayOthers(seen.picture.others)}</p>
              )}
            </section>
          )}
          <section aria-label="Notebooks" className={styles.section}>
            <h2 className={styles.heading}>Notebooks</h2>
            {notebooks.length === 0 ? (
              <p className={styles.detail}>No notebook works with it. Choose it where a notebook says where it runs.</p>
            ) : (
              <ul className={styles.notebooks}>
                {notebooks.map(({ path, sessionId }) => (
                  <li key={sessionId}>
                    <button type="button" className={styles.link} onClick={() => onOpen(path)}>
                      {path}
                    </button>
                  </li>
                ))}
              </ul>
            )}
          </section>
          <ClusterEvents id={id} state={state} />
          {can('logs') ? <ClusterLogs id={id} /> : null}
        </div>
        {state === 'ready' ? <aside className={styles.figures}>{figures}</aside> : null}
      </div>
      <EndCluster cluster={ending ? cluster : null} onDone={() => setEnding(false)} />
    </>
  );
}
