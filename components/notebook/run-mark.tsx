import { Ban, Check, CircleHelp, Clock, LoaderCircle, X } from 'lucide-react';
import type { RunState } from '#lib/core/session/state.ts';
import styles from './run-mark.module.css';

const icons = { ok: Check, error: X, cancelled: Ban, lost: CircleHelp, running: LoaderCircle, queued: Clock } as const;

export const runStateNames: Readonly<Record<Exclude<RunState, 'idle'>, string>> = {
  queued: 'queued',
  running: 'running',
  ok: 'finished',
  error: 'failed',
  cancelled: 'cancelled',
  lost: 'end unknown',
};

export type RunMarkProps = {
  readonly state: Exclude<RunState, 'idle'>;
  /** px */
  readonly size?: number;
};

/** How a run ended, or that it goes on: shape and colour. */
export function RunMark({ state, size = 14 }: RunMarkProps) {
  const Icon = icons[state];
  return (
    <Icon
      size={size}
      strokeWidth={2.25}
      role="img"
      aria-label={runStateNames[state]}
      className={`${styles.mark} ${styles[state]}`}
    />
  );
}
