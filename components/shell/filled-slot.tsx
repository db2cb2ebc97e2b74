'use client';
import type { LucideIcon } from 'lucide-react';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { SlotPlace } from '#components/ui/slot.tsx';
import styles from './filled-slot.module.css';

export type FilledSlotProps = {
  readonly name: string;
  readonly icon: LucideIcon;
  /** What stands there while nothing fills it. */
  readonly empty: string;
};

/** What the shown document puts there, or what teaches when there will be something. */
export function FilledSlot({ name, icon, empty }: FilledSlotProps) {
  return (
    <>
      <SlotPlace key={name} name={name} className={styles.filled} block />
      <div className={styles.empty}>
        <EmptyState icon={icon} title="Nothing here yet">
          {empty}
        </EmptyState>
      </div>
    </>
  );
}
