'use client';
import { Pause } from 'lucide-react';
import { Button } from '#components/ui/button.tsx';
import { useSessions } from '#lib/client/results/use-results.ts';
import { useNotebook } from '../notebook-context.ts';
import { describeHold } from '../words.ts';
import styles from './held-bar.module.css';

/** Below the header while the queue is held: nothing that waits is lost, and nothing of it starts by itself. */
export function HeldBar() {
  const { results, commands } = useNotebook();
  const session = useSessions(results)[0] ?? null;
  if (session === null || session.held === null) return null;
  const waiting = session.queue.length;
  return (
    <div className={styles.bar} role="status" data-queue-held={session.held.why}>
      <Pause size={14} aria-hidden />
      <span className={styles.words}>{describeHold(session.held.why, waiting)}</span>
      <Button onClick={() => void commands.queueing.continue()}>Continue</Button>
      {waiting === 0 ? null : <Button onClick={() => void commands.queueing.clear()}>Clear</Button>}
    </div>
  );
}
