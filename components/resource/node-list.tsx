'use client';
import { memo, useMemo, useState } from 'react';
import type { WorkerPicture } from '#lib/core/cluster/picture.ts';
import type { Hour } from '#lib/core/resource/hour.ts';
import { nodeFigure } from '#lib/core/resource/sample.ts';
import { sayGpus } from '#lib/core/resource/say-gpus.ts';
import { sayBytes } from '#lib/core/say-bytes.ts';
import { ResourceChart } from './resource-chart.tsx';
import { ageWords, coresWords, memoryWords, ratesWords } from './resource-words.ts';
import type { Curve } from './uplot-chart.ts';
import styles from './resource-panel.module.css';

export type NodeListProps = {
  readonly workers: readonly WorkerPicture[];
  readonly hour: Hour;
  /** ms since 1970 */
  readonly at: number;
};

const sayCores = (value: number): string => String(Math.round(value * 100) / 100);

/** Each node in two lines; the one that is opened with its hour below. */
export function NodeList({ workers, hour, at }: NodeListProps) {
  const [opened, setOpened] = useState<string | null>(null);
  return (
    <ul className={styles.nodes} aria-label="Nodes">
      {workers.map((worker) => {
        const isOpen = worker.id === opened;
        return (
          <li key={worker.id} className={styles.node} data-resource-node={worker.name}>
            <button
              type="button"
              className={styles.open}
              aria-expanded={isOpen}
              onClick={() => setOpened(isOpen ? null : worker.id)}
            >
              <NodeLines worker={worker} age={worker.heardAt === null ? null : ageWords(worker.heardAt, at)} />
            </button>
            {isOpen ? <NodeHour worker={worker} hour={hour} at={at} /> : null}
          </li>
        );
      })}
    </ul>
  );
}

type NodeLinesProps = { readonly worker: WorkerPicture; readonly age: string | null };

const NodeLines = memo(function NodeLines({ worker, age }: NodeLinesProps) {
  const { name, host, threads, running, cpu, memory, spilled, disk, network, gpus } = worker;
  return (
    <>
      <span className={styles.line}>
        <span className={styles.name}>{name === host ? name : `${name} on ${host}`}</span>
        <span>{coresWords(cpu, threads)}</span>
        <span>{memoryWords(memory?.used ?? null, memory?.limit ?? null)}</span>
      </span>
      <span className={styles.details}>
        <span>{running} running</span>
        {disk === null ? null : <span>disk {ratesWords(disk)}</span>}
        {network === null ? null : <span>network {ratesWords(network)}</span>}
        {spilled === null || spilled === 0 ? null : <span>{sayBytes(spilled)} on disk</span>}
        {gpus === undefined ? null : <span>GPU {sayGpus(gpus)}</span>}
        {age === null ? null : <span>{age}</span>}
      </span>
    </>
  );
});

function NodeHour({ worker, hour, at }: Omit<NodeListProps, 'workers'> & { readonly worker: WorkerPicture }) {
  const { id, name, cpu, memory, threads } = worker;
  const curves = useMemo(
    (): { readonly cpu: readonly Curve[]; readonly memory: readonly Curve[] } => ({
      cpu: [{ name: nodeFigure('cpu', id), token: '--accent' }],
      memory: [{ name: nodeFigure('memory', id), token: '--violet' }],
    }),
    [id],
  );
  return (
    <div className={styles.within} role="group" aria-label={`The last hour of ${name}`}>
      <ResourceChart
        title="CPU"
        words={coresWords(cpu, threads)}
        hour={hour}
        at={at}
        curves={curves.cpu}
        say={sayCores}
      />
      <ResourceChart
        title="Memory"
        words={memoryWords(memory?.used ?? null, memory?.limit ?? null)}
        hour={hour}
        at={at}
        curves={curves.memory}
        say={sayBytes}
      />
    </div>
  );
}
