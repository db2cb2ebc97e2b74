import type { ReactNode } from 'react';
import { SideHead } from './side-head.tsx';
import styles from './side-view.module.css';

export type SideViewProps = {
  readonly title: string;
  /** Small buttons beside the title. */
  readonly tools?: ReactNode;
  readonly children: ReactNode;
};

/** One view of the sidebar: a title, its tools, and a body that brings or gets its own scroller. */
export function SideView({ title, tools, children }: SideViewProps) {
  return (
    <section className={styles.view} aria-label={title}>
      <SideHead title={title}>{tools}</SideHead>
      <div className={styles.body}>{children}</div>
    </section>
  );
}
