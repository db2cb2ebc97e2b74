'use client';
import { Button } from '#components/ui/button.tsx';
import { useTicker } from '#components/ui/ticker.ts';
import { countdown } from '#lib/core/kernel/idle-policy.ts';
import type { SessionId } from '#lib/core/ids.ts';
import styles from './idle-countdown.module.css';
import { keepKernel } from './kernel-requests.ts';

export type IdleCountdownProps = {
  readonly id: SessionId;
  /** When the kernel is shut down, ms since 1970. */
  readonly end: number;
};

/** The last minutes of a kernel that nobody uses, and the way to keep it. */
export function IdleCountdown({ id, end }: IdleCountdownProps) {
  const now = useTicker(true);
  return (
    <span className={styles.idle} data-idle-countdown>
      <span
        className={styles.words}
        // In the page that the server sent, its time stands until the next tick.
        suppressHydrationWarning
        title="Nobody has used this kernel for a while; its gateway's policy ends it then."
      >
        idle: ends in {countdown(end, now)}
      </span>
      <Button onClick={() => void keepKernel(id)}>Keep</Button>
    </span>
  );
}
