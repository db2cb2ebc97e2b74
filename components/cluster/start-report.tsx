'use client';
import { useEffect, useState } from 'react';
import { Check } from 'lucide-react';
import { Elapsed } from '#components/ui/elapsed.tsx';
import { LogBox } from '#components/ui/log-box.tsx';
import { span } from '#components/ui/measure-words.ts';
import { FaultNotice } from '#components/ui/fault-notice.tsx';
import { StateMark } from '#components/ui/state-mark.tsx';
import { callApi } from '#lib/client/api.ts';
import { every } from '#lib/client/every.ts';
import { isFault } from '#lib/core/fault.ts';
import type { ClusterView } from '#lib/protocol/http/clusters.ts';
import styles from './start-report.module.css';

/** While a cluster starts its log is read anew after this pause, ms. */
const pause = 1_500;

/** How the start of a cluster goes: why it failed first, then its steps with their times, then what it says itself. */
export function StartReport({ cluster }: { readonly cluster: ClusterView }) {
  const { id, state, since, steps, fault, lastStartMs } = cluster;
  const goesOn = state === 'requested' || state === 'provisioning' || state === 'checking';
  const log = useLogTail(id, goesOn, steps.length);
  return (
    <div className={styles.report} data-cluster-start={state}>
      {fault === null ? null : <FaultNotice fault={fault} />}
      {goesOn ? <p className={styles.quiet}>{foretold(lastStartMs)}</p> : null}
      <ol className={styles.steps} aria-label="Steps of the start">
        {steps.map(({ text, at, until }) => (
          <li key={`${at} ${text}`} className={styles.step} data-open={until === null || undefined}>
            {until === null ? (
              <StateMark status="starting" />
            ) : state === 'failed' && until === since ? (
              <StateMark status="dead" />
            ) : (
              <Check size={12} strokeWidth={2.5} aria-hidden />
            )}
            <span className={styles.what}>{text}</span>
            <Elapsed from={at} to={until} />
          </li>
        ))}
      </ol>
      {log.length === 0 ? null : goesOn ? (
        <p className={styles.newest} title="The newest line of its log">
          {log.at(-1)}
        </p>
      ) : state === 'failed' ? (
        <LogBox label="End of the log" lines={log} fromEnd />
      ) : null}
    </div>
  );
}

const foretold = (lastStartMs: number | null) =>
  lastStartMs === null
    ? 'How long this takes here has not been measured yet.'
    : `The last start took ${span(lastStartMs)}.`;

/** The last lines of the log of its head; none while it has none. `step`: what is reached, read anew with each. */
function useLogTail(id: ClusterView['id'], goesOn: boolean, step: number): readonly string[] {
  const [lines, setLines] = useState<readonly string[]>([]);
  useEffect(() => {
    const read = async (left: AbortSignal) => {
      const logs = await callApi('listClusterLogs', { params: { id } });
      const name = isFault(logs) ? undefined : logs.logs[0]?.name;
      if (name === undefined || left.aborted) return;
      const log = await callApi('readClusterLog', { params: { id, name }, query: { lines: '200' } });
      if (!isFault(log) && !left.aborted) setLines(log.lines.filter((line) => line.trim() !== ''));
    };
    return every(goesOn ? pause : null, (left) => void read(left));
  }, [id, goesOn, step]);
  return lines;
}
