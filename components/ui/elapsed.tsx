'use client';
import { useTicker } from './ticker.ts';
import { span } from './measure-words.ts';

export type ElapsedProps = {
  /** ms since 1970 */
  readonly from: number;
  /** ms since 1970; null while it goes on. */
  readonly to: number | null;
};

/** How long something took, or takes so far. */
export function Elapsed({ from, to }: ElapsedProps) {
  const now = useTicker(to === null);
  // The server's clock may be ahead of this one; in the page that it sent, its time stands until the next tick.
  return <span suppressHydrationWarning>{span(Math.max(0, (to ?? now) - from))}</span>;
}
