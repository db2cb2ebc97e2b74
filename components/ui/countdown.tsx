'use client';
import { countdown } from '#lib/core/kernel/idle-policy.ts';
import { Button } from './button.tsx';
import styles from './countdown.module.css';
import { useTicker } from './ticker.ts';

export type CountdownProps = {
  /** ms since 1970 */
  readonly end: number;
  /** What happens then: "stops". */
  readonly verb: string;
  /** Why. */
  readonly title: string;
  readonly onKeep: () => void;
};

/** The last minutes of what nobody uses, and the way to keep it. */
export function Countdown({ end, verb, title, onKeep }: CountdownProps) {
  const now = useTicker(true);
  return (
    <span className={styles.idle} data-idle-countdown>
      <span
        className={styles.words}
        // In the page that the server sent, its time stands until the next tick.
        suppressHydrationWarning
        title={title}
      >
        idle: {verb} in {countdown(end, now)}
      </span>
      <Button onClick={onKeep}>Keep</Button>
    </span>
  );
}
