'use client';
import { useCallback, useSyncExternalStore } from 'react';
import { Gauge } from 'lucide-react';
import type { NotebookResults } from '#lib/client/results/notebook-results.ts';
import styles from './slow-line-note.module.css';

export type SlowLineNoteProps = { readonly results: NotebookResults };

/** Says that output is skipped here for a while: the kernel writes faster than this line takes it. */
export function SlowLineNote({ results }: SlowLineNoteProps) {
  const subscribe = useCallback((listener: () => void) => results.subscribe(listener), [results]);
  const slow = useSyncExternalStore(
    subscribe,
    () => results.slow(),
    () => false,
  );
  return (
    <div role="status" className={styles.place}>
      {slow ? (
        <p className={styles.note} data-slow-line>
          <Gauge size={14} strokeWidth={1.75} aria-hidden />
          This connection is slower than the output, so steps between were left out here. The notebook has everything.
        </p>
      ) : null}
    </div>
  );
}
