import type { ReactNode } from 'react';
import { CircleCheck, CircleX, Info, TriangleAlert } from 'lucide-react';
import styles from './notice.module.css';

export type NoticeProps = {
  readonly kind: 'info' | 'ok' | 'warning' | 'error';
  readonly children: ReactNode;
  /** The next step. */
  readonly hint?: ReactNode;
  /** Buttons at the end. */
  readonly actions?: ReactNode;
};

const icons = { info: Info, ok: CircleCheck, warning: TriangleAlert, error: CircleX } as const;

/** A sentence about a state, and what to do next. Shape and colour both carry the kind. */
export function Notice({ kind, children, hint, actions }: NoticeProps) {
  const Icon = icons[kind];
  return (
    <div
      className={`${styles.notice} ${kind === 'info' ? '' : styles[kind]}`}
      role={kind === 'error' ? 'alert' : 'status'}
    >
      <Icon size={14} strokeWidth={2} aria-hidden />
      <div className={styles.text}>
        <div>{children}</div>
        {hint ? <div className={styles.hint}>{hint}</div> : null}
      </div>
      {actions}
    </div>
  );
}
