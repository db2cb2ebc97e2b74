'use client';
import { useEffect, useState } from 'react';
import spoken from '#components/ui/spoken.module.css';
import type { NotebookDocument } from '#lib/client/document/notebook-document.ts';
import type { NotebookResults } from '#lib/client/results/notebook-results.ts';
import { onRunEnd } from './run-ends.ts';
import { describeRunEnd } from './words.ts';

export type RunAnnouncerProps = { readonly document: NotebookDocument; readonly results: NotebookResults };

/** Says the end of runs that were seen running, for those who do not see the gutter. */
export function RunAnnouncer({ document, results }: RunAnnouncerProps) {
  const [said, setSaid] = useState({ words: '', times: 0 });
  useEffect(
    () =>
      onRunEnd(results, (run) => {
        const words = describeRunEnd(document.cellIds().indexOf(run.cellId) + 1, run.state);
        if (words !== null) setSaid(({ times }) => ({ words, times: times + 1 }));
      }),
    [document, results],
  );
  return (
    <div className={spoken.spoken} aria-live="polite">
      {/* The same words again are said again: a new element. */}
      <span key={said.times}>{said.words}</span>
    </div>
  );
}
