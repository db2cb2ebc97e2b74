'use client';
import { Skeleton } from '#components/ui/skeleton.tsx';
import type { ClusterId } from '#lib/core/ids.ts';
import { figuresOfSample } from '#lib/core/resource/sample.ts';
import { sayBytes } from '#lib/core/say-bytes.ts';
import { ClusterLogLinks } from './cluster-log-links.tsx';
import { NodeList } from './node-list.tsx';
import { PartHead } from './part-head.tsx';
import { ResourceChart } from './resource-chart.tsx';
import { coresWords, memoryWords } from './resource-words.ts';
import { useResource } from './use-resource.ts';
import type { Curve } from './uplot-chart.ts';
import styles from './resource-panel.module.css';

const cpu: readonly Curve[] = [{ name: 'cpu', token: '--accent' }];
const memory: readonly Curve[] = [{ name: 'memory', token: '--violet' }];
const tasks: readonly Curve[] = [
  { name: 'tasks.running', token: '--green' },
  { name: 'tasks.waiting', token: '--amber' },
];
const sayCores = (value: number): string => String(Math.round(value * 100) / 100);
const sayCount = (value: number): string => String(Math.round(value * 10) / 10);

export type ClusterPartProps = {
  readonly id: ClusterId;
  readonly label: string;
  /** Its nodes and logs are beside this already. */
  readonly brief?: boolean;
};

/** What a cluster takes, its tasks by state, who uses it, and each of its nodes. */
export function ClusterPart({ id, label, brief = false }: ClusterPartProps) {
  const state = useResource({ kind: 'cluster', clusterId: id });
  const sample = state.latest?.kind === 'cluster' ? state.latest : null;
  if (sample === null)
    return (
      <section className={styles.part} aria-label="Cluster" data-resource-cluster>
        <PartHead title={label} state={state} />
        {state.fault === null ? <Skeleton label="Asking the cluster what it takes" /> : null}
      </section>
    );
  const { workers, tasks: counts, clients } = sample.picture;
  const figures = figuresOfSample(sample);
  const limits = workers.map((worker) => worker.memory?.limit ?? null);
  const limit = limits.includes(null) ? null : limits.reduce<number>((sum, one) => sum + (one ?? 0), 0);
  const threads = workers.reduce((sum, worker) => sum + worker.threads, 0);
  const shown = { hour: state.hour, at: sample.at };
  return (
    <section className={styles.part} aria-label="Cluster" data-resource-cluster>
      <PartHead title={label} state={state} />
      <ResourceChart
        {...shown}
        title="CPU of all nodes"
        words={coresWords(figures.get('cpu') ?? null, threads)}
        curves={cpu}
        say={sayCores}
      />
      <ResourceChart
        {...shown}
        title="Memory of all nodes"
        words={memoryWords(figures.get('memory') ?? null, limit)}
        curves={memory}
        say={sayBytes}
      />
      <ResourceChart
        {...shown}
        title="Tasks"
        words={`${counts.running} running, ${counts.queued + counts.waiting} waiting`}
        curves={tasks}
        say={sayCount}
      />
      <dl className={styles.facts}>
        <dt>Tasks</dt>
        <dd data-resource-tasks>
          {counts.running} running · {counts.queued} queued · {counts.waiting} waiting · {counts.done} kept ·{' '}
          {counts.failed} failed
        </dd>
        <dt>Used by</dt>
        <dd>{sample.notebooks.length === 0 ? 'no notebook' : sample.notebooks.join(', ')}</dd>
        {clients === null ? null : (
          <>
            <dt>Connected programs</dt>
            <dd>{clients}</dd>
          </>
        )}
      </dl>
      {brief ? null : (
        <>
          <ClusterLogLinks id={id} />
          <NodeList workers={workers} hour={state.hour} at={sample.at} />
        </>
      )}
    </section>
  );
}
