'use client';
import { useId } from 'react';
import { LoaderCircle, TriangleAlert } from 'lucide-react';
import { Button } from '#components/ui/button.tsx';
import { FaultNotice } from '#components/ui/fault-notice.tsx';
import { useLaunch } from '#lib/client/results/use-results.ts';
import { isLaunchOver, type Launch } from '#lib/core/kernel/launch.ts';
import { Elapsed } from '#components/ui/elapsed.tsx';
import styles from './launch-status.module.css';
import { useNotebook } from './notebook-context.ts';

/** The start of a kernel: what is waited for now; unfolded, all steps with their times, why it failed, and the way out. */
export function LaunchStatus() {
  const { results } = useNotebook();
  const launch = useLaunch(results);
  return launch === null ? null : <Status key={launch.id} launch={launch} />;
}

function Status({ launch }: { readonly launch: Launch }) {
  const { commands } = useNotebook();
  const heading = useId();
  const { kernelName, gatewayLabel, state, steps, fault } = launch;
  const over = isLaunchOver(launch);
  const last = steps.at(-1);
  const putAway = () => void commands.life.cancelLaunch();
  return (
    <details className={styles.launch} data-launch={state} open={over}>
      <summary className={styles.line}>
        {over ? (
          <TriangleAlert size={12} aria-hidden />
        ) : (
          <LoaderCircle size={12} className={styles.turning} aria-hidden />
        )}
        <span className={styles.words}>{over ? stateWords[state] : (last?.text ?? stateWords[state])}</span>
        {last === undefined ? null : <Elapsed from={last.at} to={last.until} />}
      </summary>
      <div className={styles.steps} role="group" aria-labelledby={heading}>
        <div id={heading} className={styles.heading}>
          {over ? 'The start of' : 'Starting'} {kernelName} on {gatewayLabel}
        </div>
        {fault === null ? null : <FaultNotice fault={fault} />}
        <ol className={styles.list}>
          {steps.map(({ text, at, until }) => (
            <li key={`${at} ${text}`} className={styles.step} data-open={until === null || undefined}>
              <span>{text}</span>
              <Elapsed from={at} to={until} />
            </li>
          ))}
        </ol>
        <Button onClick={putAway}>{over ? 'Close' : 'Call it off'}</Button>
      </div>
    </details>
  );
}

const stateWords: Readonly<Record<Launch['state'], string>> = {
  queued: 'waits for its turn',
  launching: 'the gateway starts the kernel',
  connecting: 'connecting to the kernel',
  ready: 'the kernel answers',
  failed: 'the kernel was not started',
  timedOut: 'the start took too long',
  cancelled: 'called off',
};
