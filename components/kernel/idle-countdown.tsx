'use client';
import { useEffect, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
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
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), 1_000);
    return () => window.clearInterval(timer);
  }, []);
  return (
    <span className={styles.idle} data-idle-countdown>
      <span
        className={styles.words}
        title="Nobody has used this kernel for a while; its gateway's policy ends it then."
      >
        idle: ends in {countdown(end, now)}
      </span>
      <Button onClick={() => void keepKernel(id)}>Keep</Button>
    </span>
  );
}
