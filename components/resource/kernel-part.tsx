'use client';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { useResource } from '#lib/client/resource/use-resource.ts';
import type { SessionId } from '#lib/core/ids.ts';
import { sayGpus } from '#lib/core/resource/say-gpus.ts';
import { sayBytes } from '#lib/core/say-bytes.ts';
import { PartHead } from './part-head.tsx';
import { ResourceChart } from './resource-chart.tsx';
import { coresWords, memoryWords, notTold } from './resource-words.ts';
import type { Curve } from './uplot-chart.ts';
import styles from './resource-panel.module.css';

const cpu: readonly Curve[] = [{ name: 'cpu', token: '--accent' }];
const memory: readonly Curve[] = [{ name: 'memory', token: '--violet' }];
const gpu: readonly Curve[] = [{ name: 'gpu', token: '--green' }];
const sayCores = (value: number): string => String(Math.round(value * 100) / 100);
const sayShare = (value: number): string => `${Math.round(value * 100)} %`;

/** What a kernel and what it started take, and how its machine is. */
export function KernelPart({ sessionId }: { readonly sessionId: SessionId }) {
  const state = useResource({ kind: 'kernel', sessionId });
  const sample = state.latest?.kind === 'kernel' ? state.latest : null;
  const shown = { hour: state.hour, at: sample?.at ?? null };
  return (
    <section
      className={styles.part}
      aria-label="Kernel"
      data-resource-kernel
      data-stale={state.fault === null ? undefined : ''}
    >
      <PartHead title="Kernel" state={state} />
      {sample === null ? (
        state.fault === null ? (
          <Skeleton label="Asking the kernel what it takes" />
        ) : null
      ) : (
        <>
          <ResourceChart
            {...shown}
            title="CPU"
            words={coresWords(sample.cpu, sample.machine.cores)}
            curves={cpu}
            say={sayCores}
          />
          <ResourceChart
            {...shown}
            title="Memory"
            words={memoryWords(sample.memory, sample.machine.memory?.total ?? null)}
            curves={memory}
            say={sayBytes}
          />
          {sample.machine.gpus === null || sample.machine.gpus.length === 0 ? null : (
            <ResourceChart {...shown} title="GPU" words={sayGpus(sample.machine.gpus)} curves={gpu} say={sayShare} />
          )}
          <dl className={styles.facts}>
            <dt>Its machine</dt>
            <dd>{sample.machine.cpu === null ? notTold : `${sayShare(sample.machine.cpu)} of all cores`}</dd>
            <dt>Memory in use there</dt>
            <dd>{memoryWords(sample.machine.memory?.used ?? null, sample.machine.memory?.total ?? null)}</dd>
            <dt>GPU</dt>
            <dd>{sample.machine.gpus === null ? notTold : sayGpus(sample.machine.gpus)}</dd>
          </dl>
        </>
      )}
    </section>
  );
}
