import type { ReactNode } from 'react';
import styles from './side-head.module.css';

export type SideHeadProps = {
  readonly title: string;
  /** Small buttons beside the title. */
  readonly children?: ReactNode;
};

/** The first line of what stands beside the page. */
export function SideHead({ title, children }: SideHeadProps) {
  return (
    <div className={styles.head}>
      <h2 className={styles.title}>{title}</h2>
      {children}
    </div>
  );
}
