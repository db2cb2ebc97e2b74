'use client';
import { Notice } from '#components/ui/notice.tsx';
import { useTicker } from '#components/ui/ticker.ts';
import type { ResourceState } from '#lib/client/resource/resource-feed.ts';
import { ageWords } from './resource-words.ts';
import styles from './resource-panel.module.css';

export type PartHeadProps = {
  readonly title: string;
  readonly state: ResourceState;
};

/** What a part is of, how old its figures are, and why there are no newer ones. */
export function PartHead({ title, state: { latest, fault } }: PartHeadProps) {
  const now = useTicker(true);
  return (
    <>
      <div className={styles.head}>
        <h3 className={styles.heading}>{title}</h3>
        {latest === null ? null : (
          <span className={styles.age} data-resource-age>
            {ageWords(latest.at, now)}
          </span>
        )}
      </div>
      {fault === null ? null : (
        <Notice kind="warning" hint={fault.hint}>
          {fault.message}
        </Notice>
      )}
    </>
  );
}
