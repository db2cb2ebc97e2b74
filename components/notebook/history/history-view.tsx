'use client';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { connection } from '#lib/client/connection.ts';
import type { RunId } from '#lib/core/ids.ts';
import { useNotebook } from '../notebook-context.ts';
import { HistoryFilters } from './history-filters.tsx';
import styles from './history-view.module.css';
import { PastRunView } from './past-run-view.tsx';
import { RunList } from './run-list.tsx';

/** A run that starts or ends is in the list so much later, ms: many in a row are asked for once in that time. */
const settleMs = 300;

export type HistoryViewProps = {
  /** Of the notebook's code. */
  readonly language: string;
};

/** The runs of this notebook in the panel: the list, or the one that was chosen. */
export function HistoryView({ language }: HistoryViewProps) {
  const { history, results } = useNotebook();
  const { chosen } = useSyncExternalStore(history.subscribe, history.get, history.get);
  // Chosen in this list, and not before the panel was shown: only then does the focus follow.
  const [picked, setPicked] = useState<RunId | null>(null);
  const pick = (id: RunId) => {
    setPicked(id);
    history.choose(id);
  };
  useEffect(() => {
    void history.load();
    let known = results.sessions();
    let timer: number | undefined;
    // A wait that has begun is not begun again: of a queue of short runs the list is shown as they go.
    const soon = () => {
      timer ??= window.setTimeout(() => {
        timer = undefined;
        void history.load();
      }, settleMs);
    };
    const off = results.subscribe(() => {
      const sessions = results.sessions();
      if (sessions === known) return;
      known = sessions;
      soon();
    });
    // What ended while the line was lost may have left the sessions as they were.
    const line = connection();
    const offLine = line.onStatus(() => (line.status() === 'connected' ? soon() : undefined));
    return () => {
      off();
      offLine();
      window.clearTimeout(timer);
    };
  }, [history, results]);
  return (
    <div className={styles.view} data-run-history>
      {chosen === null ? (
        <>
          <HistoryFilters />
          <RunList onPick={pick} />
        </>
      ) : (
        <PastRunView key={chosen} id={chosen} language={language} takesFocus={chosen === picked} />
      )}
    </div>
  );
}
