'use client';
import { useEffect, useState } from 'react';
import type { NotebookDocument } from '#lib/client/document/notebook-document.ts';
import type { NotebookResults } from '#lib/client/results/notebook-results.ts';
import type { RunId } from '#lib/core/ids.ts';
import styles from './run-announcer.module.css';
import { describeRunEnd } from './words.ts';

export type RunAnnouncerProps = { readonly document: NotebookDocument; readonly results: NotebookResults };

/** Says the end of runs that were seen running, for those who do not see the gutter. */
export function RunAnnouncer({ document, results }: RunAnnouncerProps) {
  const [words, setWords] = useState('');
  useEffect(() => {
    let going = new Set<RunId>();
    return results.subscribe(() => {
      const { runs } = results.state();
      const still = new Set<RunId>();
      let said: string | null = null;
      for (const run of runs.values()) {
        if (run.state === 'queued' || run.state === 'running') still.add(run.id);
        else if (going.has(run.id))
          said = describeRunEnd(document.cellIds().indexOf(run.cellId) + 1, run.state) ?? said;
      }
      going = still;
      if (said !== null) setWords(said);
    });
  }, [document, results]);
  return (
    <div className={styles.spoken} aria-live="polite">
      {words}
    </div>
  );
}
