'use client';
import { Countdown } from '#components/ui/countdown.tsx';
import type { SessionId } from '#lib/core/ids.ts';
import { keepKernel } from './kernel-requests.ts';

export type IdleCountdownProps = {
  readonly id: SessionId;
  /** When the kernel is shut down, ms since 1970. */
  readonly end: number;
};

/** The last minutes of a kernel that nobody uses. */
export function IdleCountdown({ id, end }: IdleCountdownProps) {
  const title = "Nobody has used this kernel for a while; its gateway's policy ends it then.";
  return <Countdown end={end} verb="ends" title={title} onKeep={() => void keepKernel(id)} />;
}
