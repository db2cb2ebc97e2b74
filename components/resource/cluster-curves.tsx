import type { Hour } from '#lib/core/resource/hour.ts';
import { loadsOf } from '#lib/core/cluster/most-workers.ts';
import { type ClusterSample, figuresOfSample } from '#lib/core/resource/sample.ts';
import { sayBytes } from '#lib/core/say-bytes.ts';
import { ResourceChart } from './resource-chart.tsx';
import { coresWords, memoryWords } from './resource-words.ts';
import type { Curve } from './uplot-chart.ts';

const cpu: readonly Curve[] = [{ name: 'cpu', token: '--accent' }];
const memory: readonly Curve[] = [{ name: 'memory', token: '--violet' }];
const tasks: readonly Curve[] = [
  { name: 'tasks.running', token: '--green' },
  { name: 'tasks.waiting', token: '--amber' },
];
const sayCores = (value: number): string => String(Math.round(value * 100) / 100);
const sayCount = (value: number): string => String(Math.round(value * 10) / 10);

export type ClusterCurvesProps = {
  readonly sample: ClusterSample;
  readonly hour: Hour;
  /** Whether CPU and memory of its nodes are told at all. */
  readonly measured: boolean;
};

/** The hour of a cluster: what all of its nodes take together, and its tasks. */
export function ClusterCurves({ sample, hour, measured }: ClusterCurvesProps) {
  const { tasks: counts } = sample.picture;
  const workers = loadsOf(sample.picture);
  const figures = figuresOfSample(sample);
  const limits = workers.map((worker) => worker.memory?.limit ?? null);
  const limit = limits.includes(null) ? null : limits.reduce<number>((sum, one) => sum + (one ?? 0), 0);
  const threads = workers.reduce((sum, worker) => sum + worker.threads, 0);
  const shown = { hour, at: sample.at };
  return (
    <>
      {measured ? (
        <>
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
        </>
      ) : null}
      <ResourceChart
        {...shown}
        title="Tasks"
        words={`${counts.running} running, ${counts.queued + counts.waiting} waiting`}
        curves={tasks}
        say={sayCount}
      />
    </>
  );
}
