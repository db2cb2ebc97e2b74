'use client';
import { useEffect, useState } from 'react';
import { span } from './words.ts';

export type ElapsedProps = {
  /** ms since 1970 */
  readonly from: number;
  /** ms since 1970; null while it goes on. */
  readonly to: number | null;
};

/** How long something took, or takes so far. */
export function Elapsed({ from, to }: ElapsedProps) {
  const now = useTick(to === null);
  // The server's clock may be ahead of this one; in the page that it sent, its time stands until the next tick.
  return <span suppressHydrationWarning>{span(Math.max(0, (to ?? now) - from))}</span>;
}

function useTick(ticking: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!ticking) return;
    const timer = window.setInterval(() => setNow(Date.now()), 500);
    return () => window.clearInterval(timer);
  }, [ticking]);
  return now;
}
