import type { ReactNode } from 'react';
import type { KernelStatus } from '#lib/core/session/event.ts';
import styles from './state-mark.module.css';

/** The state of a kernel as a small sign: each state has its own shape as well as its colour. Decoration beside words. */
export function StateMark({ status }: { readonly status: KernelStatus }) {
  return (
    <svg className={styles.mark} data-status={status} width="12" height="12" viewBox="0 0 12 12" aria-hidden>
      {shapes[status]}
    </svg>
  );
}

const ring = { fill: 'none', stroke: 'currentColor', strokeWidth: 1.6 } as const;
const arc = <path className={styles.turning} d="M6 1.2a4.8 4.8 0 1 1-4.8 4.8" strokeLinecap="round" {...ring} />;

const shapes: Readonly<Record<KernelStatus, ReactNode>> = {
  none: <circle cx="6" cy="6" r="4.6" strokeDasharray="2 2" {...ring} />,
  starting: arc,
  restarting: arc,
  reconnecting: arc,
  idle: (
    <>
      <circle cx="6" cy="6" r="4.8" {...ring} />
      <circle cx="6" cy="6" r="2.2" fill="currentColor" />
    </>
  ),
  busy: <circle cx="6" cy="6" r="5.4" fill="currentColor" />,
  dead: <path d="M2.2 2.2l7.6 7.6M9.8 2.2l-7.6 7.6" strokeLinecap="round" {...ring} strokeWidth={2} />,
};
