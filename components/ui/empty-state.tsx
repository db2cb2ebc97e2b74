import type { ReactNode } from 'react';
import type { LucideIcon } from 'lucide-react';
import styles from './empty-state.module.css';

export type EmptyStateProps = {
  readonly icon?: LucideIcon;
  readonly title: string;
  /** Teaches the next step. */
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
};

export function EmptyState({ icon: Icon, title, children, actions }: EmptyStateProps) {
  return (
    <div className={styles.empty}>
      {Icon ? <Icon size={20} strokeWidth={1.75} aria-hidden className={styles.icon} /> : null}
      <h2 className={styles.title}>{title}</h2>
      {children ? <div className={styles.text}>{children}</div> : null}
      {actions ? <div className={styles.actions}>{actions}</div> : null}
    </div>
  );
}
